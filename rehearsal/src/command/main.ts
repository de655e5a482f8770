#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { command } from './command';

// The parser is 22 MB of WebAssembly. To optimize all of it takes seconds of the processors, far more than a command gains by it.
setFlagsFromString('--liftoff-only');
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
void command(process.argv.slice(2), console).then((status) => { process.exitCode = status; });
