#!/usr/bin/env node
import { command } from './command';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
void command(process.argv.slice(2), console).then((status) => { process.exitCode = status; });
