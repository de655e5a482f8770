import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Stage } from 'aws-cdk-lib';
import { ArtifactMetadataEntryType } from 'aws-cdk-lib/cloud-assembly-schema';
import { CloudAssembly, type CloudFormationStackArtifact, UNKNOWN_REGION } from 'aws-cdk-lib/cx-api';
import { CannotBePlayed } from './cannot-be-played';
import { NESTED_STACK, type Template, templateAt } from '../account';
import { accountOf } from '../organization/organization';

/** An app or stage, what it was synthesized to, or the folder of that (`cdk.out`). */
export type App = Stage | CloudAssembly | string;

/** Where a resource is: the place of its stack is its name, or for a nested one its parent's place and its logical id there. */
export interface Place {
  readonly account: string;
  readonly stack: string;
  readonly logicalId: string;
}

const ANY_REGION = 'eu-central-1';
const OF_CLEAN_ROOMS = /^(AWS|Custom)::CleanRooms/;
/** Of the resource that a nested stack is in its parent. */
const NESTED_RESOURCE = /^(.*)\/([^/]+)\.NestedStack\/\2\.NestedStackResource$/;

/** A synthesized app: which accounts it is for, and where its constructs went. */
export class PlayedApp {
  /** The stacks of the region that is played. */
  public readonly stacks: readonly CloudFormationStackArtifact[];
  /** The stacks of other regions. */
  public readonly leftOut: readonly CloudFormationStackArtifact[];
  public readonly region: string;
  public readonly directory: string;
  private readonly places = new Map<string, Place>();

  constructor(app: App) {
    const assembly = assemblyOf(app);
    // A function's code is loaded by a process that knows no working folder.
    this.directory = resolve(assembly.directory);
    const all = assembly.stacksRecursively;
    this.region = regionOf(all, this.directory);
    this.stacks = all.filter((stack) => regionNameOf(stack) === this.region);
    this.leftOut = all.filter((stack) => !this.stacks.includes(stack));
    this.stacks.forEach((stack) => this.addPlaces(stack));
  }

  public get accounts(): string[] {
    return [...new Set(this.stacks.map(({ environment }) => accountOf(environment.account)))];
  }

  /** The templates of the stacks and of those nested in them. */
  public get templates(): Template[] {
    return this.stacks.flatMap((stack) => templatesOf(stack, this.directory));
  }

  /** The path of the construct that became a resource, or where it is if that is not known. */
  public pathOf({ account, stack, logicalId }: Place): string {
    const found = [...this.places].find(([, place]) => place.account === account && place.stack === stack && place.logicalId === logicalId);
    return found?.[0] ?? `${stack}/${logicalId}`;
  }

  /** The resource of a construct: its own, or the only one in it. */
  public resourceAt(path: string): Place {
    const all = [...this.places];
    const own = all.filter(([at]) => at === path || at === `${path}/Resource`);
    const found = own.length === 1 ? own : all.filter(([at]) => at.startsWith(`${path}/`));
    if (found.length !== 1) {
      throw new CannotBePlayed(`${path} is ${found.length === 0 ? 'no resource of the app' : 'several resources: name one of them'}`);
    }
    return found[0][1];
  }

  private addPlaces(artifact: CloudFormationStackArtifact): void {
    const entries = artifact.findMetadataByType(ArtifactMetadataEntryType.LOGICAL_ID)
      .map(({ path, data }) => ({ path: path.replace(/^\//, ''), logicalId: data as string }));
    const nested = entries.flatMap(({ path, logicalId }) => {
      const [, scope, id] = NESTED_RESOURCE.exec(path) ?? [];
      return id === undefined ? [] : [{ path: `${scope}/${id}`, logicalId }];
    });
    const account = accountOf(artifact.environment.account);
    for (const { path, logicalId } of entries) {
      // The outermost first: each is nested in the one before.
      const around = nested.filter((each) => path.startsWith(`${each.path}/`)).sort((one, other) => one.path.length - other.path.length);
      this.places.set(path, { account, stack: [artifact.stackName, ...around.map((each) => each.logicalId)].join('/'), logicalId });
    }
  }
}

function assemblyOf(app: App): CloudAssembly {
  if (typeof app !== 'string') return 'synth' in app ? app.synth() : app;
  if (!existsSync(join(app, 'manifest.json'))) {
    throw new CannotBePlayed(`there is no cloud assembly in ${app}: run \`cdk synth\` first, or name the folder that it wrote, cdk.out by default`);
  }
  try {
    return new CloudAssembly(app);
  } catch (error) {
    throw new CannotBePlayed(`the cloud assembly in ${app} cannot be read: ${(error as Error).message.replace(/\.$/, '')}; run \`cdk synth\` again, with the aws-cdk-lib that is installed here`);
  }
}

function regionOf(stacks: readonly CloudFormationStackArtifact[], directory: string): string {
  const concerned = stacks.filter((stack) => templatesOf(stack, directory)
    .some(({ Resources }) => Object.values(Resources ?? {}).some(({ Type }) => OF_CLEAN_ROOMS.test(Type))));
  const regions = [...new Set(concerned.map(regionNameOf))];
  if (regions.length > 1) {
    throw new CannotBePlayed(`the app uses Clean Rooms in ${regions.join(' and ')}: play one region at a time, each from an assembly of its own`);
  }
  return regions[0] ?? (stacks[0] && regionNameOf(stacks[0])) ?? ANY_REGION;
}

function templatesOf(stack: CloudFormationStackArtifact, directory: string): Template[] {
  const withNested = (template: Template): Template[] => [template, ...Object.values(template.Resources ?? {}).flatMap(({ Type, Properties }) => {
    // The file's name is in the URL as it is; the rest depends on where it is deployed to.
    const [, file] = Type === NESTED_STACK ? /([^/"]+\.json)"/.exec(JSON.stringify(Properties?.TemplateURL)) ?? [] : [];
    const nested = file === undefined ? undefined : templateAt(directory, `https://s3/bucket/${file}`);
    return nested === undefined ? [] : withNested(nested);
  })];
  return withNested(stack.template as Template);
}

function regionNameOf({ environment: { region } }: CloudFormationStackArtifact): string {
  return region === UNKNOWN_REGION ? ANY_REGION : region;
}
