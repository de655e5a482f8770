/** What `StartProtectedQuery` takes, in the words of Step Functions' SDK integration. */

export type OutputLocation = S3OutputLocation | MemberOutputLocation;

export interface S3OutputLocation {
  readonly S3: {
    readonly Bucket: string;
    readonly KeyPrefix?: string;
    readonly ResultFormat: string;
    readonly SingleFileOutput?: boolean;
  };
}

export interface MemberOutputLocation {
  readonly Member: { readonly AccountId: string };
}

export type QueryOutputConfiguration = OutputLocation | { readonly Distribute: { readonly Locations: OutputLocation[] } };

export interface QueryComputeConfiguration {
  readonly Worker: {
    readonly Type: string;
    readonly Number: number;
    readonly Properties?: { readonly Spark: { readonly [key: string]: string } };
  };
}

/** The one thing that runs: a template or a text. */
export type QuerySource = { readonly AnalysisTemplateArn: string } | { readonly QueryString: string };

/** All of it; what only the run knows is an expression. */
export interface StartQueryRequest {
  readonly MembershipIdentifier: string;
  readonly Type: 'SQL';
  readonly SqlParameters: { readonly [kind: string]: string };
  readonly ResultConfiguration?: { readonly OutputConfiguration: QueryOutputConfiguration | string };
  readonly ComputeConfiguration?: QueryComputeConfiguration;
}
