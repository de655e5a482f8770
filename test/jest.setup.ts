// The CDK's built-in validator costs seconds a test file; test/private/validation.test.ts turns it on: in `npm run test:thorough` for every example.
process.env.CDK_VALIDATION ??= 'false';

// Nor does anything here ask where a construct was made, for which the CDK would take a stack trace of every resource.
process.env.CDK_CONTEXT_JSON ??= JSON.stringify({ 'aws:cdk:disable-creation-stack-traces': true });

// The SDK would tell each test file that Node.js 20 has reached its end.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
