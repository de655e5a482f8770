import { Verdict } from './verdict';

/** The account whose credentials the CLI has; it deploys into others by their bootstrap roles. */
export const HOME = '111122223333';
export const REGION = 'eu-central-1';

/** What all parts of a run share. */
export interface Environment {
  /** A folder that is removed in the end. */
  readonly work: string;
  readonly root: string;
  readonly verdict: Verdict;
}

/** This process's environment without anything that could reach a real account, with dummies instead. */
export function dummyEnvironment(work: string, more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/.test(name));
  return {
    ...Object.fromEntries(own),
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: HOME,
    AWS_SECRET_ACCESS_KEY: 'dummy',
    AWS_CONFIG_FILE: `${work}/no-config`,
    AWS_SHARED_CREDENTIALS_FILE: `${work}/no-credentials`,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...more,
  };
}
