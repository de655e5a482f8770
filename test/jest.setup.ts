// The CDK's built-in validator costs seconds a test file; test/validation.test.ts turns it on for every example.
process.env.CDK_VALIDATION ??= 'false';

// The SDK would tell each test file that Node.js 20 has reached its end.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
