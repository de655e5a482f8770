import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Stage } from 'aws-cdk-lib';
import { ArtifactMetadataEntryType } from 'aws-cdk-lib/cloud-assembly-schema';
import { CloudAssembly, type CloudFormationStackArtifact, UNKNOWN_REGION } from 'aws-cdk-lib/cx-api';
import { CannotBePlayed } from './cannot-be-played';
import type { Template } from '../account';
import { accountOf } from '../organization/organization';

/** An app or stage, what it was synthesized to, or the folder of that (`cdk.out`). */
export type App = Stage | CloudAssembly | string;

const ANY_REGION = 'eu-central-1';
const OF_CLEAN_ROOMS = /^(AWS|Custom)::CleanRooms/;

/** A synthesized app: which accounts it is for, and where its constructs went. */
export class PlayedApp {
  /** The stacks of the region that is played. */
  public readonly stacks: readonly CloudFormationStackArtifact[];
  /** The stacks of other regions. */
  public readonly leftOut: readonly CloudFormationStackArtifact[];
  public readonly region: string;
  public readonly directory: string;
  private readonly paths = new Map<string, string>();

  constructor(app: App) {
    const assembly = assemblyOf(app);
    // A function's code is loaded by a process that knows no working folder.
    this.directory = resolve(assembly.directory);
    const all = assembly.stacksRecursively;
    this.region = regionOf(all);
    this.stacks = all.filter((stack) => regionNameOf(stack) === this.region);
    this.leftOut = all.filter((stack) => !this.stacks.includes(stack));
    for (const stack of this.stacks) {
      for (const { path, data } of stack.findMetadataByType(ArtifactMetadataEntryType.LOGICAL_ID)) {
        this.paths.set(this.keyOf(accountOf(stack.environment.account), stack.stackName, data as string), path.replace(/^\//, ''));
      }
    }
  }

  public get accounts(): string[] {
    return [...new Set(this.stacks.map(({ environment }) => accountOf(environment.account)))];
  }

  /** The path of the construct that became a resource, or where it is in its stack if that is not known. */
  public pathOf(account: string, stackName: string, logicalId: string): string {
    return this.paths.get(this.keyOf(account, stackName, logicalId)) ?? `${stackName}/${logicalId}`;
  }

  /** The resource of a construct: its own, or the only one in it. */
  public resourceAt(path: string): { readonly account: string; readonly stackName: string; readonly logicalId: string } {
    const all = [...this.paths].map(([key, at]) => ({ at, key: key.split(' ') }));
    const own = all.filter(({ at }) => at === path || at === `${path}/Resource`);
    const found = own.length === 1 ? own : all.filter(({ at }) => at.startsWith(`${path}/`));
    if (found.length !== 1) {
      throw new CannotBePlayed(`${path} is ${found.length === 0 ? 'no resource of the app' : 'several resources: name one of them'}`);
    }
    const [account, stackName, logicalId] = found[0].key;
    return { account, stackName, logicalId };
  }

  private keyOf(account: string, stackName: string, logicalId: string): string {
    return `${account} ${stackName} ${logicalId}`;
  }
}

function assemblyOf(app: App): CloudAssembly {
  if (typeof app !== 'string') return 'synth' in app ? app.synth() : app;
  if (!existsSync(join(app, 'manifest.json'))) {
    throw new CannotBePlayed(`there is no cloud assembly in ${app}: run \`cdk synth\` first, or name its folder in \`--app\``);
  }
  return new CloudAssembly(app);
}

function regionOf(stacks: readonly CloudFormationStackArtifact[]): string {
  const concerned = stacks.filter(({ template }) => Object.values((template as Template).Resources ?? {})
    .some(({ Type }) => OF_CLEAN_ROOMS.test(Type)));
  const regions = [...new Set(concerned.map(regionNameOf))];
  if (regions.length > 1) {
    throw new CannotBePlayed(`the app uses Clean Rooms in ${regions.join(' and ')}: play one region at a time, each from an assembly of its own`);
  }
  return regions[0] ?? (stacks[0] && regionNameOf(stacks[0])) ?? ANY_REGION;
}

function regionNameOf({ environment: { region } }: CloudFormationStackArtifact): string {
  return region === UNKNOWN_REGION ? ANY_REGION : region;
}
