import { App, Stack, Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { IConstruct } from 'constructs';
import { everything } from '../support/everything-app';
import { EXAMPLE_NAMES, exampleApp } from '../support/examples';
import { ENV, newMembership } from '../support/membership-app';
import { CHECKS_PAGE, nag } from '../support/nag-checks';
import { inPipeline } from '../support/pipeline-app';
import { tablesApp } from '../support/tables-app';
import { Finding, STRICT_CONTEXT } from '../support/validation-report';

/** The checks of docs/cdk-nag.md, which know the reasons for what the library defines, applied to every example and to apps with everything. */

/** What they leave, as it is of a user's own role or of CDK Pipelines. Whatever is not listed fails, and so does a line that nothing needs. */
const NOT_OURS: { readonly finding: RegExp; readonly where: RegExp; readonly reason: string }[] = [
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:(aws|<AWS::Partition>):cleanrooms:.+:\*:membership\/\*\/[a-z]+\/\*\]$/,
    where: /^(Report\/Report\/Role|Everything\/Runner)\/DefaultPolicy\/Resource$/,
    reason: 'starting a query is authorized on the templates and tables that it names, which live under any member\'s membership',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /^Everything\/Runner\/DefaultPolicy\/Resource$/,
    reason: 'the tables and templates of a query live under other members\' memberships',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /^Report\/Report\/Role\/DefaultPolicy\/Resource$/,
    reason: 'log delivery and X-Ray have no resource level, and the tables and templates of a query live under other members\' memberships',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:(aws|<AWS::Partition>):states:.+:execution:\{.+"Ref":"\w+StateMachine\w+".+\}:\*\]$/,
    where: /^Everything\/Stopper\/DefaultPolicy\/Resource$/,
    reason: 'who may stop a scheduled query may stop each of its executions',
  },
  {
    finding: /^AwsSolutions-IAM5\[/,
    where: /^Pipeline\/Pipeline\/(Pipeline|UpdatePipeline|Assets)\/.+\/Resource$/,
    reason: 'CDK Pipelines writes these policies: for its artifacts, its build logs and reports, and the roles of the bootstrap stack',
  },
  {
    finding: /^AwsSolutions-S1$/,
    where: /^Pipeline\/Pipeline\/Pipeline\/ArtifactsBucket\/Resource$/,
    reason: 'CDK Pipelines makes this bucket, and only the pipeline reads and writes it',
  },
];

const line = ({ rule, construct }: Finding) => NOT_OURS.find(({ finding, where }) => finding.test(rule) && where.test(construct));

const APPS: { readonly [name: string]: () => App } = {
  ...Object.fromEntries(EXAMPLE_NAMES.map((name) => [`the example ${name}`, () => exampleApp(name, STRICT_CONTEXT)])),
  'an app with everything': everything,
  'an app with tables': tablesApp,
};

const found = new Map<string, Finding[]>();
const given = new Map<string, string[]>();
beforeAll(() => {
  for (const [name, define] of Object.entries(APPS)) {
    const app = define();
    found.set(name, nag(app));
    given.set(name, acknowledged(app));
  }
});

/** The reasons that an app's resources have been given. */
function acknowledged(app: App): string[] {
  const entries = app.node.findAll().flatMap(({ node }) => node.metadata).filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
  return entries.flatMap(({ data }) => Object.values(data as Record<string, string>));
}

test.each(Object.keys(APPS))('%s: nothing is left but what is not of the library', (app) => {
  expect(given.get(app)).not.toEqual([]);
  expect(found.get(app)!.filter((finding) => !line(finding))).toEqual([]);
});

test('every line is needed', () => {
  const needed = new Set([...found.values()].flat().map(line));
  expect(NOT_OURS.filter((each) => !needed.has(each))).toEqual([]);
});

test('every reason on the page is needed', () => {
  const reasons = [...CHECKS_PAGE.matchAll(/^ {2}\[\/.+\/, '(.+)'\],$/gm)].map(([, reason]) => reason.replaceAll('\\\'', '\''));
  expect(reasons.length).toBeGreaterThan(10);
  expect(reasons.filter((reason) => ![...given.values()].flat().some((all) => all.includes(reason)))).toEqual([]);
});

test('the page names what a role that runs queries is left with', () => {
  const rules = found.get('the example compose')!.map(({ rule }) => rule);
  expect(rules).toHaveLength(5);
  expect([...CHECKS_PAGE.matchAll(/`(AwsSolutions-IAM5\[.+?\])`/g)].map(([, id]) => id).filter((id) => !rules.includes(id))).toEqual([]);
});

describe('what would be found', () => {
  test('in a stack', () => {
    const app = new App({ context: STRICT_CONTEXT });
    new Bucket(new Stack(app, 'Stack'), 'Open');
    expect(nag(app).map(({ rule }) => rule)).toContain('AwsSolutions-S10');
  });

  test('in a stage of a pipeline', () => {
    const app = new App({ context: STRICT_CONTEXT });
    const stage = inPipeline(app, (stack) => { new Bucket(stack, 'Open'); });
    const open = nag(app).filter(({ construct }) => construct.startsWith(`${stage.node.path}/`));
    expect(open.map(({ rule }) => rule)).toContain('AwsSolutions-S10');
  });

  const FUNCTION = 'Stack/CleanRoomsMembershipProvider';
  const POLICY = `${FUNCTION}/Role/DefaultPolicy/Resource`;

  test.each([
    ['another action on a resource that is acknowledged', { actions: ['s3:GetObject'], resources: ['*'] }, 'AwsSolutions-IAM5[Resource::*]'],
    ['an action that is acknowledged on another resource', { actions: ['cleanrooms:GetMembership'], resources: ['*'] }, 'AwsSolutions-IAM5[Resource::*]'],
    ['a wildcard in an action', { actions: ['cleanrooms:*'], resources: ['arn:aws:s3:::one'] }, 'AwsSolutions-IAM5[Action::cleanrooms:*]'],
  ])('in the policy of the library\'s function: %s', (_what, statement, finding) => {
    const app = withFunction();
    (descendant(app, `${FUNCTION}/Role`) as Role).addToPrincipalPolicy(new PolicyStatement(statement));
    expect(nag(app).filter(({ construct }) => construct === POLICY).map(({ rule }) => rule)).toContain(finding);
  });

  test('of another rule in the library\'s function', () => {
    const app = withFunction();
    (descendant(app, `${FUNCTION}/Function`) as CfnFunction).runtime = 'nodejs12.x';
    expect(nag(app)).toEqual([expect.objectContaining({ rule: 'AwsSolutions-L1', construct: `${FUNCTION}/Function` })]);
  });

  test('in a user\'s own policies, which look like the library\'s', () => {
    const app = new App({ context: STRICT_CONTEXT });
    const stack = new Stack(app, 'Stack', { env: ENV });
    for (const [id, actions, resources] of [
      ['TableReaderRole', ['s3:GetObject'], ['arn:aws:s3:::data/views/*']],
      ['Find', ['cleanrooms:ListCollaborations'], ['*']],
      ['Leave', ['cleanrooms:DeleteMembership'], ['arn:aws:cleanrooms:eu-central-1:111122223333:membership/*']],
      ['StateMachine', ['states:DescribeExecution'], ['arn:aws:states:eu-central-1:111122223333:execution:mine:*']],
    ] as const) {
      const roles = [new Role(stack, `${id}Role`, { assumedBy: new ServicePrincipal('cleanrooms.amazonaws.com') })];
      new Policy(stack, id, { roles, statements: [new PolicyStatement({ actions: [...actions], resources: [...resources] })] });
    }
    expect(nag(app).map(({ construct }) => construct).sort()).toEqual(['Find', 'Leave', 'StateMachine', 'TableReaderRole'].map((id) => `Stack/${id}/Resource`));
  });
});

function withFunction(): App {
  const app = new App({ context: STRICT_CONTEXT });
  newMembership(new Stack(app, 'Stack', { env: ENV }));
  return app;
}

function descendant(app: App, path: string): IConstruct {
  return path.split('/').reduce<IConstruct>((scope, id) => scope.node.findChild(id), app);
}
