/** What the Clean Rooms user guide says a table's service role needs ("setting up roles"); for keys, AWS's agent toolkit. */

export const GLUE_READ_ACTIONS = [
  'glue:BatchGetPartition', 'glue:GetDatabase', 'glue:GetDatabases', 'glue:GetPartition', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables',
];

/** On `*` in the guide: schemas are named by a registry, not by the table. */
export const GLUE_SCHEMA_ACTIONS = ['glue:GetSchema', 'glue:GetSchemaVersion'];

export const DATA_BUCKET_ACTIONS = ['s3:GetBucketLocation', 's3:ListBucket'];
export const DATA_OBJECT_ACTIONS = ['s3:GetObject'];

export const ATHENA_READ_ACTIONS = [
  'athena:GetDataCatalog', 'athena:GetQueryExecution', 'athena:GetQueryResults', 'athena:GetTableMetadata', 'athena:GetWorkGroup', 'athena:StartQueryExecution',
];
export const FEDERATED_GLUE_ACTIONS = ['glue:GetCatalog', 'glue:GetDatabase', 'glue:GetTable'];
export const ATHENA_OUTPUT_ACTIONS = [
  's3:AbortMultipartUpload', 's3:GetBucketLocation', 's3:GetObject', 's3:ListBucket', 's3:ListMultipartUploadParts', 's3:PutObject',
];

export const READ_KEY_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey'];
export const OUTPUT_KEY_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];
