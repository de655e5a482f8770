/** A line of the sources that keeps money, data or a membership, and a way to break it. */
export interface Guard {
  readonly file: string;
  /** Is found once in the file. */
  readonly find: string;
  readonly replace: string;
  /** What goes wrong without it. */
  readonly reason: string;
  /** The test files of which one must notice. */
  readonly tests: readonly string[];
}

const HANDLER = 'src/handlers/clean-rooms';
const RESOURCE = `${HANDLER}/membership/membership-resource.ts`;
const MEMBERSHIPS = `${HANDLER}/membership/memberships.ts`;
const SETTLE = `${HANDLER}/membership/settle.ts`;
const PLAN = `${HANDLER}/membership/plan.ts`;
const OWNER = `${HANDLER}/membership/owner.ts`;
const API = `${HANDLER}/membership/clean-rooms-api.ts`;
const RETRY = `${HANDLER}/shared/retry.ts`;
const ERRORS = `${HANDLER}/shared/service-error.ts`;
const STACK = `${HANDLER}/shared/stack.ts`;
const REPLACEMENT = `${HANDLER}/replacement-guard/replacement-guard-resource.ts`;
const CHANGES = `${HANDLER}/replacement-guard/changes.ts`;
const LOOK = 'src/protected-query/private/finder/look.ts';
const FINDER = 'src/protected-query/private/finder/query-finder.ts';
const READER = 'src/protected-query/private/finder/execution-reader.ts';
const MATCH = 'src/protected-query/private/query-match.ts';
const QUERY_ERRORS = 'src/protected-query/private/query-errors.ts';
const STOPPED_START = 'src/protected-query/private/schedule/stopped-start.ts';
const CANCELLER_FILE = 'src/protected-query/private/schedule/canceller.ts';
const CANCEL = 'src/protected-query/private/schedule/cancel-query.ts';
const DISPATCHER_FILE = 'src/protected-query/private/schedule/dispatcher.ts';
const ALARM_FILE = 'src/protected-query/private/schedule/failure-alarm.ts';
const LOST_START = 'src/protected-query/private/workflow/lost-start.ts';
const TASKS = 'src/protected-query/private/workflow/tasks.ts';
const WORKFLOW = 'src/protected-query/private/workflow/workflow.ts';
const REQUEST = 'src/protected-query/private/workflow/request.ts';
const SCHEDULED = 'src/protected-query/scheduled-protected-query.ts';
const BUDGET = 'src/privacy-budget/private/budget-template.ts';
const BUDGET_RULES = 'src/privacy-budget/private/budget-rules.ts';
const READER_TRUST = 'src/tables/private/reader-trust.ts';

const HANDLER_TESTS = 'test/handlers/clean-rooms';
const DELETE = [`${HANDLER_TESTS}/delete.test`];
const CREATE = [`${HANDLER_TESTS}/create.test`];
const UPDATE = [`${HANDLER_TESTS}/update.test`];
const RESULTS = [`${HANDLER_TESTS}/result-configuration.test`];
const GUARD = [`${HANDLER_TESTS}/replacement-guard.test`];
const LOOKUP = [`${HANDLER_TESTS}/lookup.test`];
const CALLS = [`${HANDLER_TESTS}/clean-rooms-api.test`];
const FINDS = ['test/protected-query/query-finder.test'];
const LOOKS = ['test/protected-query/query-finder-look.test'];
const REDRIVEN = ['test/protected-query/redriven-run.test'];
const LOST = ['test/protected-query/run-protected-query-lost-start.test'];
const STOPPED = ['test/protected-query/scheduled-protected-query-stopped.test'];
const FAILED = ['test/protected-query/scheduled-protected-query-failed.test'];
const RUNS = ['test/protected-query/scheduled-protected-query-runs.test'];
const DISPATCHES = ['test/protected-query/dispatcher.test'];
const RUN = ['test/protected-query/run-protected-query.test', 'test/protected-query/run-protected-query-transitions.test'];
const OUTCOMES = ['test/protected-query/run-protected-query-outcomes.test'];
const RETRIES = ['test/protected-query/run-protected-query-retry.test'];
const ALARM = ['test/protected-query/failure-alarm.test'];
const APP_RULES = ['test/protected-query/app-rules.test'];
const QUERY_RIGHTS = ['test/protected-query/policies.test'];
const MEMBERSHIP_RIGHTS = ['test/membership/policies.test'];
const BUDGETS = ['test/privacy-budget/privacy-budget.test'];
const READERS = ['test/tables/policies.test', 'test/tables/table-association.test'];
const WRITER = ['test/results/result-writer-role.test', 'test/results/query-runner.test'];

export const GUARDS: readonly Guard[] = [
  // Leaving a collaboration is final.
  {
    file: RESOURCE,
    find: "if (!isIdentifier(id)) return log('nothing to delete",
    replace: "if (false) return log('nothing to delete",
    reason: 'an invented id reaches the service',
    tests: DELETE,
  },
  {
    file: RESOURCE,
    find: "properties.RemovalPolicy !== 'DESTROY'",
    replace: "properties.RemovalPolicy === 'RETAIN'",
    reason: 'anything but a clear yes leaves',
    tests: DELETE,
  },
  {
    file: RESOURCE,
    find: "if (!isRecord(properties) || properties.RemovalPolicy !== 'DESTROY') return",
    replace: 'if (!isRecord(properties)) return',
    reason: 'a retained membership is left',
    tests: DELETE,
  },
  {
    file: RESOURCE,
    find: "membership.arn!.split(':')[4] === membership.collaborationCreatorAccountId",
    replace: 'false',
    reason: 'a creator\'s membership is deleted',
    tests: DELETE,
  },
  {
    file: RESOURCE,
    find: 'const reason = await stack.reasonToKeep();',
    replace: 'const reason = undefined as string | undefined;',
    reason: 'a rollback leaves the collaboration',
    tests: DELETE,
  },
  {
    file: RESOURCE,
    find: 'if (owner && isOwnedByAnother(',
    replace: 'if (false && isOwnedByAnother(',
    reason: 'a membership is left that another construct has adopted',
    tests: DELETE,
  },
  {
    file: RESOURCE,
    find: 'if (!isPerhapsNotEmpty(error)) throw error;',
    replace: 'throw error;',
    reason: 'nobody is told what is still in the membership',
    tests: DELETE,
  },
  {
    file: RESOURCE,
    find: 'if (!isNotFound(error)) throw error;',
    replace: 'throw error;',
    reason: 'a deletion fails for a membership that is gone',
    tests: DELETE,
  },
  {
    file: RESOURCE,
    find: 'if (!await stack.isRollingBack()) return stateOf(await this.join(desired));',
    replace: 'return stateOf(await this.join(desired));',
    reason: 'a rollback joins a collaboration',
    tests: UPDATE,
  },
  {
    file: RESOURCE,
    find: 'if (!isIdentifier(id)) return this.replace(id, desired);',
    replace: '',
    reason: 'an id that is none is looked up',
    tests: UPDATE,
  },
  {
    file: RESOURCE,
    find: 'if (desired.collaborationIdentifier !== collaboration) return this.replace(id, desired);',
    replace: '',
    reason: 'the membership of another collaboration is changed',
    tests: UPDATE,
  },
  {
    file: RESOURCE,
    find: 'if (!ours && !desired.adoptExisting) {',
    replace: 'if (false) {',
    reason: 'a membership of somebody else is taken over',
    tests: CREATE,
  },
  {
    file: RESOURCE,
    find: 'adoptExisting: true }));',
    replace: '}));',
    reason: 'a rollback can\'t go back to the membership there was',
    tests: UPDATE,
  },
  {
    file: `${HANDLER}/index.lambda.ts`,
    find: "event.RequestType === 'Create' ? `not-created/${event.LogicalResourceId}` : event.PhysicalResourceId",
    replace: 'event.PhysicalResourceId',
    reason: 'the Delete after a failed Create names something that exists',
    tests: CREATE,
  },
  {
    file: OWNER,
    find: 'key === OWNER_TAG_KEYS.logicalId || tags[key] === value',
    replace: 'true',
    reason: 'every membership is taken for one\'s own',
    tests: CREATE,
  },
  {
    file: OWNER,
    find: 'tags[key] !== undefined && tags[key] !== value',
    replace: 'false',
    reason: 'another construct\'s membership is taken for one\'s own',
    tests: DELETE,
  },
  {
    file: OWNER,
    find: "tags.filter(({ Key }) => !Key.startsWith('aws:'))",
    replace: 'tags',
    reason: 'reserved tags are sent, and the service refuses them',
    tests: [...CREATE, ...UPDATE],
  },
  {
    file: STACK,
    find: "if (known.some(({ status }) => ROLLING_BACK.test(status))) return 'a rollback never leaves a collaboration';",
    replace: '',
    reason: 'a rollback is not seen',
    tests: DELETE,
  },
  {
    file: STACK,
    find: '[own, { id: rootId, status: (await this.describe(rootId)).status }]',
    replace: '[own]',
    reason: 'the rollback of the parent of a nested stack is not seen',
    tests: DELETE,
  },
  {
    file: STACK,
    find: 'throw new Failure(`whether stack',
    replace: 'return false; throw new Failure(`whether stack',
    reason: 'what cannot be read counts as no rollback',
    tests: DELETE,
  },
  {
    file: 'src/membership/membership.ts',
    find: "this.removalPolicy === RemovalPolicy.DESTROY ? 'DESTROY' : 'RETAIN'",
    replace: "'DESTROY'",
    reason: 'a membership is left by default',
    tests: ['test/membership/membership-removal.test', 'test/membership/membership.test'],
  },
  {
    file: 'src/membership/private/membership-rules.ts',
    find: 'if (policy === RemovalPolicy.RETAIN || policy === RemovalPolicy.DESTROY) return;',
    replace: 'return;',
    reason: 'a removal policy under which a rollback leaves',
    tests: ['test/membership/membership-removal.test'],
  },
  {
    file: 'src/private/function-backed-resource.ts',
    find: 'this.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;',
    replace: '',
    reason: 'a replaced membership is left',
    tests: ['test/membership/membership-removal.test', 'test/membership/membership.test'],
  },
  {
    file: 'src/membership/membership.ts',
    find: '(this.removalPolicy === RemovalPolicy.DESTROY ? owner(this) : undefined)',
    replace: 'owner(this)',
    reason: 'the function may leave although nothing asks for it',
    tests: ['test/membership/membership-removal.test', ...MEMBERSHIP_RIGHTS],
  },
  {
    file: 'src/private/provider.ts',
    find: 'maximumRetryAttempts: 0,',
    replace: 'maximumRetryAttempts: 2,',
    reason: 'a late delivery undoes a newer event',
    tests: ['test/private/provider.test', 'test/membership/membership.test'],
  },

  // One membership, in the state that the stack says.
  {
    file: API,
    find: 'new CleanRoomsClient({ maxAttempts: 1 })',
    replace: 'new CleanRoomsClient({ maxAttempts: 3 })',
    reason: 'the SDK repeats a CreateMembership whose answer was lost',
    tests: CALLS,
  },
  {
    file: API,
    find: 'if (isIdentifier(value)) return value;',
    replace: 'return value!;',
    reason: 'an empty identifier is sent as another operation',
    tests: CALLS,
  },
  {
    file: API,
    find: "if (isIdentifier(partsOf('a membership', value)?.identifiers[0])) return value;",
    replace: 'return value;',
    reason: 'tags are set on something else',
    tests: CALLS,
  },
  {
    file: API,
    find: '} while (nextToken);',
    replace: '} while (false);',
    reason: 'a membership on the second page is not found',
    tests: CALLS,
  },
  {
    file: MEMBERSHIPS,
    find: 'if (!isUncertain(error) && !isConflict(error)) throw error;',
    replace: 'throw error;',
    reason: 'a lost answer or a conflict is not looked into',
    tests: CREATE,
  },
  {
    file: MEMBERSHIPS,
    find: "poll(this.time, () => this.findIn(collaborationIdentifier, 'ACTIVE'))",
    replace: "this.findIn(collaborationIdentifier, 'ACTIVE')",
    reason: 'a membership that is listed late is made twice or not adopted',
    tests: CREATE,
  },
  {
    file: MEMBERSHIPS,
    find: "if (!isConflict(error, 'ALREADY_EXISTS')) throw error;",
    replace: '',
    reason: 'a lost creation is not tried again',
    tests: CREATE,
  },
  {
    file: MEMBERSHIPS,
    find: 'collaborationId === collaborationIdentifier',
    replace: 'true',
    reason: 'the membership of another collaboration is adopted',
    tests: CREATE,
  },
  {
    file: MEMBERSHIPS,
    find: "candidates.find(({ status }) => status === 'ACTIVE')",
    replace: 'candidates[0]',
    reason: 'a membership that has ended is adopted',
    tests: [...CREATE, ...UPDATE],
  },
  {
    file: SETTLE,
    find: "if (membership?.status === 'ACTIVE') return membership;",
    replace: 'if (membership !== undefined) return membership;',
    reason: 'a membership that has ended is written to',
    tests: [...UPDATE, ...RESULTS],
  },
  {
    file: SETTLE,
    find: 'if (plan.impossible.length > 0) await',
    replace: 'if (false) await',
    reason: 'what the API cannot do is silently left out',
    tests: [...UPDATE, ...RESULTS],
  },
  {
    file: SETTLE,
    find: 'if (changed.length === 0) return membership;',
    replace: '',
    reason: 'an update that changes nothing writes',
    tests: [...UPDATE, ...RESULTS],
  },
  {
    file: SETTLE,
    find: 'if (!await this.invocation.stack.isRollingBack()) throw',
    replace: 'throw',
    reason: 'a rollback gets stuck',
    tests: [...UPDATE, ...RESULTS],
  },
  {
    file: PLAN,
    find: "absent === 'impossible' && desired[name] === undefined && actual[name] !== undefined",
    replace: 'false',
    reason: 'the removal of a result configuration is silently ignored',
    tests: UPDATE,
  },
  {
    file: PLAN,
    find: 'wanted[part] !== undefined && wanted[part] !== payerOf(part)',
    replace: 'false',
    reason: 'who pays is silently not changed',
    tests: UPDATE,
  },
  {
    file: PLAN,
    find: 'return wanted === got ? [] : [',
    replace: 'return true ? [] : [',
    reason: 'metrics are silently not changed',
    tests: UPDATE,
  },
  {
    file: PLAN,
    find: 'a?.bucket === b?.bucket',
    replace: 'true',
    reason: 'results go on to the old bucket',
    tests: [...UPDATE, ...RESULTS],
  },
  {
    file: PLAN,
    find: "(a?.keyPrefix ?? '') === (b?.keyPrefix ?? '')",
    replace: 'true',
    reason: 'results go on to the old prefix',
    tests: [...UPDATE, ...RESULTS],
  },
  {
    file: PLAN,
    find: 'desired?.roleArn === actual?.roleArn',
    replace: 'true',
    reason: 'results are written by the old role',
    tests: [...UPDATE, ...RESULTS],
  },
  {
    file: PLAN,
    find: '(key) => !Object.hasOwn(desired, key)',
    replace: '() => true',
    reason: 'tags that are desired are removed',
    tests: UPDATE,
  },
  {
    file: PLAN,
    find: 'Object.keys(previous ?? {})',
    replace: 'Object.keys({ ...previous, ...actual })',
    reason: 'tags of somebody else are removed',
    tests: UPDATE,
  },
  {
    file: `${HANDLER}/membership/result-configuration-resource.ts`,
    find: "isSame ? 'impossible' : 'kept'",
    replace: "'kept'",
    reason: 'the removal of a result configuration is silently ignored',
    tests: RESULTS,
  },
  {
    file: ERRORS,
    find: "if ($fault !== undefined) return $fault === 'server' || (statusOf(error) ?? 0) >= 500;",
    replace: 'if ($fault !== undefined) return false;',
    reason: 'an error of the service counts as a refusal',
    tests: [...CREATE, ...CALLS],
  },
  {
    file: ERRORS,
    find: "error.name === 'TimeoutError' || /^E[A-Z]/.test(code ?? '')",
    replace: "error.name === 'TimeoutError'",
    reason: 'a broken connection counts as a refusal',
    tests: [...CREATE, ...CALLS, ...UPDATE],
  },
  {
    file: RETRY,
    find: "isInvalid(error, 'IAM_SYNCHRONIZATION_DELAY') ? ALWAYS : read(error)",
    replace: 'read(error)',
    reason: 'a fresh role is not waited for',
    tests: [...CREATE, ...UPDATE],
  },
  {
    file: RETRY,
    find: '|| time.remaining() - delay <= RESERVE) throw error;',
    replace: ') throw error;',
    reason: 'the function is stopped before it answers',
    tests: [...CREATE, ...UPDATE],
  },
  {
    file: `${HANDLER}/shared/respond.ts`,
    find: 'Buffer.byteLength(body) > MAX_BODY_BYTES &&',
    replace: 'false &&',
    reason: 'CloudFormation drops an answer that is too long',
    tests: [`${HANDLER_TESTS}/respond.test`],
  },
  {
    file: `${HANDLER}/shared/decoder.ts`,
    find: 'if (unknown !== undefined) {',
    replace: 'if (false) {',
    reason: 'a property that this version does not know is ignored',
    tests: [`${HANDLER_TESTS}/decode.test`],
  },

  // What a replacement destroys.
  {
    file: REPLACEMENT,
    find: 'if (changes.length > 0) await this.requireAllowed(desired, changes);',
    replace: '',
    reason: 'a collaboration or a budget is replaced unasked',
    tests: GUARD,
  },
  {
    file: REPLACEMENT,
    find: 'if (AllowReplacement) return',
    replace: 'if (!AllowReplacement) return',
    reason: 'a replacement needs no leave',
    tests: GUARD,
  },
  {
    file: REPLACEMENT,
    find: 'if (await stack.isRollingBack()) return',
    replace: 'if (false) return',
    reason: 'a rollback gets stuck',
    tests: GUARD,
  },
  {
    file: CHANGES,
    find: 'if (canonical(name, from) === canonical(name, to)) return [];',
    replace: 'if (true) return [];',
    reason: 'no change is seen',
    tests: GUARD,
  },
  {
    file: CHANGES,
    find: 'UNORDERED.has(name) ? elements.sort() : elements',
    replace: 'elements.sort()',
    reason: 'another order counts as the same where order matters',
    tests: GUARD,
  },

  // What partners reviewed.
  {
    file: `${HANDLER}/lookup/reviewed-template.ts`,
    find: 'if (theirs !== Text) {',
    replace: 'if (false) {',
    reason: 'a template runs whose text nobody has reviewed',
    tests: LOOKUP,
  },
  {
    file: `${HANDLER}/lookup/reviewed-template.ts`,
    find: 'filter(({ creatorAccountId }) => creatorAccountId === author)',
    replace: 'filter(() => true)',
    reason: 'a template of another author is taken',
    tests: LOOKUP,
  },
  {
    file: `${HANDLER}/lookup/invitation.ts`,
    find: 'if (found.length > 1) {',
    replace: 'if (false) {',
    reason: 'one of two collaborations of the same name is joined',
    tests: LOOKUP,
  },
  {
    file: `${HANDLER}/lookup/memberships-of.ts`,
    find: "member?.status !== 'ACTIVE' ||",
    replace: '',
    reason: 'a role trusts a member that has left',
    tests: LOOKUP,
  },

  // Who may do what with results.
  {
    file: 'src/results/query-runner.ts',
    find: "{ ArnLike: { 'sts:ExternalId': externalId } }, exactly(source)",
    replace: "{ ArnLike: { 'sts:ExternalId': externalId } }",
    reason: 'the trust lacks one of the two alternatives of the guide',
    tests: WRITER,
  },
  {
    file: 'src/results/query-runner.ts',
    find: 'dbuser:*/${identifier}*',
    replace: 'dbuser:*/*',
    reason: 'any membership may use the role',
    tests: WRITER,
  },
  {
    file: 'src/results/query-runner.ts',
    find: 'if (this.arn === undefined) return [anyOf(source)];',
    replace: "if (this.arn === undefined) return [{ ArnLike: { 'sts:ExternalId': 'arn:aws:*' } }];",
    reason: 'strangers may use the role while the runner is unknown',
    tests: WRITER,
  },
  {
    file: 'src/results/private/writer-role.ts',
    find: 'const conditions = { StringEquals: { [ownerKey]: bucket.env.account } };',
    replace: 'const conditions = {};',
    reason: 'results go to a bucket of that name that somebody else owns',
    tests: WRITER,
  },
  {
    file: 'src/results/private/writer-role.ts',
    find: 'bucket.arnForObjects(resultObjectsPattern(keyPrefix))',
    replace: "bucket.arnForObjects('*')",
    reason: 'the role writes beside its prefix',
    tests: WRITER,
  },
  {
    file: 'src/private/provider.ts',
    find: "conditions: { StringEquals: { 'iam:PassedToService': CLEAN_ROOMS_PRINCIPAL } },",
    replace: '',
    reason: 'the function may pass the role to any service',
    tests: MEMBERSHIP_RIGHTS,
  },
  {
    file: 'src/protected-query/private/state-machine-access.ts',
    find: "conditions: { StringEquals: { 'kms:EncryptionContext:aws:states:stateMachineArn': stateMachine.stateMachineArn } },",
    replace: '',
    reason: 'a key is used for what others encrypt with it',
    tests: QUERY_RIGHTS,
  },

  // A query that is started twice costs money and privacy budget twice.
  {
    file: TASKS,
    find: 'errors: [THROTTLED],',
    replace: "errors: [THROTTLED, 'States.Timeout', 'CleanRooms.InternalServerException'],",
    reason: 'a start without an answer is repeated blindly',
    tests: [...LOST, ...RUN],
  },
  {
    file: TASKS,
    find: 'maxAttempts: tries });',
    replace: 'maxAttempts: 1 });',
    reason: 'a query gives up its place at once',
    tests: [...RUN, ...OUTCOMES],
  },
  {
    file: QUERY_ERRORS,
    find: "NOT_FOUND, 'CleanRooms.ValidationException', THROTTLED, NO_ROOM];",
    replace: "NOT_FOUND, 'CleanRooms.ValidationException', THROTTLED, NO_ROOM, 'CleanRooms.InternalServerException'];",
    reason: 'an error of the service counts as proof that nothing started',
    tests: LOST,
  },
  {
    file: QUERY_ERRORS,
    find: "NOT_FOUND, 'CleanRooms.ValidationException', THROTTLED, NO_ROOM];",
    replace: 'NOT_FOUND, \'CleanRooms.ValidationException\', THROTTLED, NO_ROOM, CONFLICT];',
    reason: 'a Conflict, which no start is said to give, counts as proof that nothing started',
    tests: [...LOST, ...RUN, 'test/conventions/triangle.test'],
  },
  {
    file: WORKFLOW,
    find: "start.addCatch(lost.startState, { errors: ['States.ALL'], assign: lost.begin() });",
    replace: '',
    reason: 'a query whose start was not answered is orphaned',
    tests: LOST,
  },
  {
    file: WORKFLOW,
    find: '`$${seen}.Error.Retry.Retryable = true`,',
    replace: "'true',",
    reason: 'a query is run again whose failure is not retryable',
    tests: RETRIES,
  },
  {
    file: WORKFLOW,
    find: '`$count($${earlier}) < ${this.props.retryFailures}`',
    replace: '`$count($${earlier}) <= ${this.props.retryFailures}`',
    reason: 'a query that failed is run again more often than was asked for',
    tests: RETRIES,
  },
  {
    file: WORKFLOW,
    find: '`$not($${late})`,',
    replace: "'true',",
    reason: 'a query that had its time is run again',
    tests: RETRIES,
  },
  {
    file: WORKFLOW,
    find: 'assign: { [earlier]: expression(`[$append($${earlier}, $${queryId})]`), [starts]: 0 },',
    replace: 'assign: { [starts]: 0 },',
    reason: 'tries are not counted: a query is run again without end',
    tests: RETRIES,
  },
  {
    file: WORKFLOW,
    find: '$${queryId})]`), [starts]: 0 },',
    replace: '$${queryId})]`) },',
    reason: 'a later try whose start is lost is given up, for the lost start of an earlier one',
    tests: RETRIES,
  },
  {
    file: LOST_START,
    find: '...retryFailures > 0 && { earlier: `$${earlier}` },',
    replace: '',
    reason: 'a lost start takes an earlier try of the same run',
    tests: RETRIES,
  },
  {
    file: TASKS,
    find: '...retryFailures > 0 && { earlier: expression(`$${names.earlier}`) }',
    replace: '',
    reason: 'an earlier try of another execution is taken',
    tests: RETRIES,
  },
  {
    file: LOOK,
    find: '[$states.result[$exists(asked)].since]',
    replace: '[$states.result[false].since]',
    reason: 'a query is taken that may be the second try of another execution',
    tests: RETRIES,
  },
  {
    file: REQUEST,
    find: 'if (bytes <= MAX_REQUEST_BYTES) return;',
    replace: 'if (bytes >= 0) return;',
    reason: 'a query starts whose answer no state can carry, and nobody follows it',
    tests: ['test/protected-query/protected-query.test'],
  },
  {
    file: LOST_START,
    find: 'const MAX_STARTS = 2;',
    replace: 'const MAX_STARTS = 3;',
    reason: 'a query is started a third time',
    tests: LOST,
  },
  {
    file: LOST_START,
    find: "$${look}.answer = 'NONE' and $${starts} < ${MAX_STARTS}",
    replace: '$${starts} < ${MAX_STARTS}',
    reason: 'a query is started again where a look can\'t tell',
    tests: LOST,
  },
  {
    file: LOST_START,
    find: '[starts]: expression(`$${starts} + 1`),',
    replace: '[starts]: 0,',
    reason: 'a query is started again without end',
    tests: LOST,
  },
  {
    file: LOST_START,
    find: 'assign: { [names.look]: CANNOT_TELL }, outputs: {} }',
    replace: "assign: { [names.look]: { answer: 'NONE' } }, outputs: {} }",
    reason: 'a finder that cannot be asked counts as none',
    tests: FINDS,
  },
  {
    file: LOST_START,
    find: 'when(`$${starts} > 0`, `$${since}`, first)',
    replace: 'first',
    reason: 'what came late of the first of two starts is not found',
    tests: LOST,
  },
  {
    file: FINDER,
    find: "{'answer': 'UNCLEAR', 'candidates': []}",
    replace: "{'answer': 'NONE', 'candidates': []}",
    reason: 'a failed look, whose call succeeds, counts as none',
    tests: [...FINDS, ...LOST],
  },

  // The right query, and no other.
  {
    file: LOOK,
    find: '`$toMillis(CreateTime) >= ${INPUT}.since - ${CLOCK_SKEW_MILLIS}`,',
    replace: "'true',",
    reason: 'an older query is taken',
    tests: [...FINDS, ...LOST],
  },
  {
    file: LOOK,
    find: '`$toMillis(CreateTime) <= ${INPUT}.until`,',
    replace: "'true',",
    reason: 'a later query is taken',
    tests: [...FINDS, ...STOPPED],
  },
  {
    file: LOOK,
    find: '`$not(Id in ${INPUT}.earlier)`,',
    replace: "'true',",
    reason: 'an earlier try of the same run is taken',
    tests: LOOKS,
  },
  {
    file: LOOK,
    find: "outputs: { matches: expression('[$states.result[isAsked]]') },",
    replace: "outputs: { matches: expression('[$states.result]') },",
    reason: 'a query of something else is taken',
    tests: [...FINDS, ...LOST],
  },
  {
    file: LOOK,
    find: "'[$states.input.matches[$not(queryId in $theirs)]]',",
    replace: "'[$states.input.matches]',",
    reason: 'the query of another execution is taken',
    tests: [...FINDS, ...STOPPED],
  },
  {
    file: LOOK,
    find: '`$count(${rivals}) = 0`, ',
    replace: '',
    reason: 'the unclear search takes a query that may be another\'s',
    tests: [...FINDS, ...STOPPED],
  },
  {
    file: LOOK,
    find: '`$count(${own}) = 1`',
    replace: "'true'",
    reason: 'the unclear search takes one of several',
    tests: [...FINDS, ...STOPPED],
  },
  {
    file: LOOK,
    find: '`${own}[0].createdAt <= $millis() - ${SETTLED_MILLIS}`',
    replace: "'true'",
    reason: 'a query is judged before its true owner is listed (the settling time)',
    tests: LOOKS,
  },
  {
    file: LOOK,
    find: "'($exists(StopDate) ? $toMillis(StopDate) >= $from : true)',",
    replace: "'true',",
    reason: 'executions that ended long before are read, and there can be thousands (the stop-date filter)',
    tests: LOOKS,
  },
  {
    file: LOOK,
    find: "'($exists(StopDate) ? $toMillis(StopDate) >= $from : true)',",
    replace: "'$not($exists(StopDate))',",
    reason: 'the query of an execution that has ended is taken (the stop-date filter)',
    tests: LOOKS,
  },
  {
    file: LOOK,
    find: '`$toMillis(StartDate) <= ${INPUT}.until`,',
    replace: "'true',",
    reason: 'executions that began later are read',
    tests: LOOKS,
  },
  {
    file: MATCH,
    find: "'$told.template = $asked.template'",
    replace: "'true'",
    reason: 'a query of another template is taken',
    tests: [...FINDS, ...LOST],
  },
  {
    file: MATCH,
    find: "'$told.textHash = $asked.textHash'",
    replace: "'true'",
    reason: 'a query of another text is taken',
    tests: [...FINDS, ...LOST],
  },
  {
    file: MATCH,
    find: '`$merge([${defaults}, $told.parameters]) = $merge([${defaults}, $asked.parameters])`,',
    replace: "'true',",
    reason: 'a query for another day is taken',
    tests: [...FINDS, ...LOST],
  },
  {
    file: MATCH,
    find: "'$members($told.output) = $members($asked.output)',",
    replace: "'true',",
    reason: 'a query for another receiver is taken',
    tests: [...FINDS, ...LOST, ...STOPPED],
  },
  {
    file: MATCH,
    find: "'$merge([$bucket($told.output), $bucket($asked.output)]) = $merge([$bucket($told.output)])',",
    replace: "'true',",
    reason: 'a query into another bucket is taken',
    tests: [...FINDS, ...LOST, ...STOPPED],
  },
  {
    file: READER,
    find: '`$not(${INPUT}.refused)`',
    replace: "'true'",
    reason: 'a start that was refused is searched for',
    tests: [...STOPPED, ...FINDS],
  },
  {
    file: READER,
    find: "'$isRedriven', '$append($data.queryId, $data.earlier)'",
    replace: "'false', '$append($data.queryId, $data.earlier)'",
    reason: 'a query that a redriven execution goes on with is not known as its own',
    tests: REDRIVEN,
  },
  {
    file: READER,
    find: '`$isRedriven := $exists(${INPUT}.to) ? $at > ${INPUT}.to : false`,',
    replace: "'$isRedriven := false',",
    reason: 'what happened after a redrive counts for the stopped try',
    tests: REDRIVEN,
  },

  // A query that runs on and costs.
  {
    file: STOPPED_START,
    find: '`${INPUT}.to + ${AFTER_MILLIS}`',
    replace: '`${INPUT}.to`',
    reason: 'a start that was under way at the stop is orphaned (70 seconds)',
    tests: STOPPED,
  },
  {
    file: STOPPED_START,
    find: "look.addCatch(found, { errors: ['States.ALL'], assign: { look: CANNOT_TELL } });",
    replace: '',
    reason: 'a failed look ends the search',
    tests: STOPPED,
  },
  {
    file: STOPPED_START,
    find: "$look.answer = 'NONE'",
    replace: "$look.answer != 'FOUND'",
    reason: 'a search that can\'t tell ends as if there were nothing',
    tests: STOPPED,
  },
  {
    file: CANCEL,
    find: ".notRetried([CONFLICT]).retried(['States.ALL'], 7);",
    replace: '.notRetried([CONFLICT]);',
    reason: 'a cancellation is given up at the first error (the retry of a cancel)',
    tests: STOPPED,
  },
  {
    file: CANCEL,
    find: '$states.input.status in ${JSON.stringify(OVER)}',
    replace: 'true',
    reason: 'a Conflict counts as the end of a query that runs on',
    tests: STOPPED,
  },
  {
    file: CANCEL,
    find: '.otherwise(this.refused()));',
    replace: ".otherwise(Succeed.jsonata(scope, 'Left')));",
    reason: 'nobody is told of a query that cannot be cancelled',
    tests: STOPPED,
  },
  {
    file: CANCELLER_FILE,
    find: "['States.DataLimitExceeded', 'States.Runtime']",
    replace: "['States.Runtime']",
    reason: 'nobody cancels the query of a run that met a limit of what Step Functions carries',
    tests: FAILED,
  },
  {
    file: CANCELLER_FILE,
    find: "['States.DataLimitExceeded', 'States.Runtime']",
    replace: "['States.DataLimitExceeded']",
    reason: 'nobody cancels the query of a run that Step Functions ended',
    tests: FAILED,
  },
  {
    file: CANCELLER_FILE,
    find: '$states.input.failure in ${JSON.stringify(UNCAUGHT)}',
    replace: 'true',
    reason: 'a query is cancelled of which the run has said that somebody is to look at it',
    tests: FAILED,
  },
  {
    file: CANCELLER_FILE,
    find: ".replaceAll('<', '\\\\u003c')",
    replace: '',
    reason: 'a `<` in a default value begins a placeholder of the rule\'s input',
    tests: ['test/protected-query/scheduled-protected-query.test'],
  },
  {
    file: CANCELLER_FILE,
    find: '$states.input.queryId in $states.input.theirs',
    replace: 'false',
    reason: 'a query that goes on after a redrive is cancelled',
    tests: REDRIVEN,
  },
  {
    file: WORKFLOW,
    find: "${status} != 'CANCELLING' and ${this.isPast(this.props.timeout)}",
    replace: 'false',
    reason: 'a query is never cancelled at its timeout',
    tests: [...OUTCOMES, ...RUN],
  },
  {
    file: WORKFLOW,
    find: "cancel.addCatch(wait, { errors: ['States.ALL']",
    replace: "cancel.addCatch(wait, { errors: ['States.Timeout']",
    reason: 'a cancellation that is refused ends the run while the query goes on',
    tests: [...OUTCOMES, ...RUN],
  },
  {
    file: WORKFLOW,
    find: "get.addCatch(ended, { errors: ['States.ALL']",
    replace: "get.addCatch(ended, { errors: ['States.Timeout']",
    reason: 'a query that cannot be read is left alone',
    tests: [...OUTCOMES, ...RUN],
  },
  {
    file: WORKFLOW,
    find: 'this.isPast(this.props.timeout.plus(GRACE))',
    replace: "'false'",
    reason: 'a run waits without end for a query that cannot be seen',
    tests: [...OUTCOMES, ...RUN],
  },
  {
    file: CANCELLER_FILE,
    find: "['ABORTED', 'FAILED', 'TIMED_OUT']",
    replace: "['FAILED', 'TIMED_OUT']",
    reason: 'nobody cancels the query of a stopped run',
    tests: ['test/protected-query/scheduled-protected-query.test', ...STOPPED],
  },
  {
    file: CANCELLER_FILE,
    find: "['ABORTED', 'FAILED', 'TIMED_OUT']",
    replace: "['ABORTED', 'TIMED_OUT']",
    reason: 'the canceller does not hear of runs that failed',
    tests: FAILED,
  },

  // One run for one scheduled time, and none lost in silence.
  {
    file: SCHEDULED,
    find: '`${name} != ${due} and $substring(${name}, 0, 17) != ${due} & \'-\'`',
    replace: "'false'",
    reason: 'a time runs twice under two names',
    tests: RUNS,
  },
  {
    file: SCHEDULED,
    find: 'stateMachine.node.addDependency(props.membership)',
    replace: 'stateMachine.node.path',
    reason: 'a query runs before results have somewhere to go',
    tests: ['test/protected-query/scheduled-protected-query.test'],
  },
  {
    file: DISPATCHER_FILE,
    find: 'Name: expression(executionName(`${INPUT}.scheduledTime`)),',
    replace: '',
    reason: 'each delivery of a time runs',
    tests: [...DISPATCHES, ...RUNS],
  },
  {
    file: DISPATCHER_FILE,
    find: 'Executions[Name != ${own}].Name',
    replace: 'Executions.Name',
    reason: 'a second delivery counts its own run as another, and as skipped',
    tests: [...DISPATCHES, ...RUNS],
  },
  {
    file: DISPATCHER_FILE,
    find: "'$count($states.input.running) > 0'",
    replace: "'false'",
    reason: 'runs overlap',
    tests: [...DISPATCHES, ...RUNS],
  },
  {
    file: DISPATCHER_FILE,
    find: '$toMillis($states.input.began) >= $toMillis(${INPUT}.scheduledTime) - ${CLOCK_SKEW_MILLIS}',
    replace: 'true',
    reason: 'a name that was used early loses a night in silence',
    tests: [...DISPATCHES, ...RUNS],
  },
  {
    file: DISPATCHER_FILE,
    find: 'skip.next(Succeed',
    replace: "skip.addCatch(Succeed.jsonata(this, 'Not counted')); skip.next(Succeed",
    reason: 'a time that is left out is counted by nobody',
    tests: RUNS,
  },
  {
    file: ALARM_FILE,
    find: "expression: ids.join(' + '),",
    replace: "expression: `SUM([${ids.map((each) => `FILL(${each}, 0)`).join(', ')}])`,",
    reason: 'a failure whose metric is late rings no alarm',
    tests: ALARM,
  },
  {
    file: ALARM_FILE,
    find: 'const PERIODS = 3;',
    replace: 'const PERIODS = 1;',
    reason: 'a newer point that is 0 hides a late failure',
    tests: ALARM,
  },
  {
    file: ALARM_FILE,
    find: 'datapointsToAlarm: 1,',
    replace: '',
    reason: 'one failure rings no alarm',
    tests: ALARM,
  },
  {
    file: ALARM_FILE,
    find: 'TreatMissingData.NOT_BREACHING',
    replace: 'TreatMissingData.BREACHING',
    reason: 'the alarm rings for every day without runs, and nobody listens any more',
    tests: ALARM,
  },
  {
    file: SCHEDULED,
    find: "      this.scheduleGroup.metricDropped({ period, statistic: 'Sum' }),\n",
    replace: '',
    reason: 'a time that the scheduler has dropped rings no alarm',
    tests: ALARM,
  },
  {
    file: 'src/protected-query/private/schedule/undelivered-stops.ts',
    find: 'return { ...target.bind(rule, id), deadLetterConfig: { arn: this.queue.queueArn } };',
    replace: 'return target.bind(rule, id);',
    reason: 'a stop that could not be delivered is lost',
    tests: ['test/protected-query/scheduled-protected-query.test'],
  },
  {
    file: 'src/protected-query/private/schedule/undelivered-stops.ts',
    find: "conditions: { ArnEquals: { 'aws:SourceArn': Lazy.list({ produce: () => this.rules }) } },",
    replace: '',
    reason: 'rules of anybody may fill the queue',
    tests: ['test/protected-query/scheduled-protected-query.test'],
  },
  {
    file: 'src/protected-query/private/scheduled-time.ts',
    find: "$fromMillis($toMillis($time), '${PICTURE}') = $time",
    replace: 'true',
    reason: 'a query runs for 30 February',
    tests: [...RUNS, 'test/protected-query/scheduled-time.test'],
  },

  // What the app knows.
  {
    file: 'src/protected-query/private/app-rules.ts',
    find: 'if (areDifferent(env.region, region)) {',
    replace: 'if (false) {',
    reason: 'the call goes to another region than the membership\'s',
    tests: APP_RULES,
  },
  {
    file: 'src/protected-query/private/app-rules.ts',
    find: 'if (areDifferent(env.account, account)) {',
    replace: 'if (false) {',
    reason: 'another account\'s membership is scheduled',
    tests: APP_RULES,
  },
  {
    file: 'src/protected-query/private/app-rules.ts',
    find: 'if (receivers.includes(accountId)) return;',
    replace: 'if (true) return;',
    reason: 'results are sent to an account that may not receive them',
    tests: APP_RULES,
  },
  {
    file: 'src/protected-query/private/app-rules.ts',
    find: "if (own?.abilities?.includes('CAN_QUERY') === false) {",
    replace: 'if (false) {',
    reason: 'a query is scheduled for a member that may not query',
    tests: APP_RULES,
  },

  // What is spent of privacy, and who reads the tables.
  {
    file: BUDGET,
    find: "'AutoRefresh', ",
    replace: '',
    reason: 'a budget is made anew unasked, and what was spent of it is forgotten',
    tests: BUDGETS,
  },
  {
    file: BUDGET_RULES,
    find: 'if (other !== undefined) fail(',
    replace: 'if (false) fail(',
    reason: 'two budgets limit the same',
    tests: BUDGETS,
  },
  {
    file: BUDGET_RULES,
    find: 'value >= min && value <= max',
    replace: 'true',
    reason: 'a budget that limits nothing',
    tests: BUDGETS,
  },
  {
    file: READER_TRUST,
    find: 'dbuser:*/${identifier}*',
    replace: 'dbuser:*/*',
    reason: 'queries of any membership may read a table',
    tests: READERS,
  },
  {
    file: READER_TRUST,
    find: 'const each = [...new Set(patterns)];',
    replace: "const each = ['arn:aws:cleanrooms:*:*:membership/*'];",
    reason: 'memberships of strangers may read a table',
    tests: READERS,
  },
  {
    file: READER_TRUST,
    find: 'source._snowflake === undefined ? others : []',
    replace: 'others',
    reason: 'members who do not query may use the secret of a Snowflake account',
    tests: READERS,
  },
  {
    file: `${HANDLER}/lookup/reviewed-template.ts`,
    find: 'return parametersDifference(Parameters, analysisParameters);',
    replace: 'return undefined;',
    reason: 'a template runs whose parameters nobody has reviewed',
    tests: LOOKUP,
  },
  {
    file: `${HANDLER}/lookup/reviewed-template.ts`,
    find: 'fingerprint === fingerprintOf(reviewed)',
    replace: 'true',
    reason: 'a rollback allows a template of another text',
    tests: LOOKUP,
  },
  {
    file: `${HANDLER}/lookup/invitation.ts`,
    find: "return memberStatus === 'INVITED' || memberStatus === 'ACTIVE';",
    replace: 'return true;',
    reason: 'a collaboration that was left is taken for the invitation',
    tests: LOOKUP,
  },
  {
    file: `${HANDLER}/lookup/invitation.ts`,
    find: 'each.creatorAccountId === creator && ',
    replace: '',
    reason: 'the collaboration of a stranger is joined, for its name',
    tests: LOOKUP,
  },

  // Whose a membership is, and who may leave it.
  {
    file: STACK,
    find: 'before !== undefined && NEVER_CREATED.test(before)',
    replace: 'false',
    reason: 'a creation that failed and is deleted for it leaves',
    tests: DELETE,
  },
  {
    file: RESOURCE,
    find: 'const isOurs = !hasOwner(actual) ||',
    replace: 'const isOurs = true ||',
    reason: 'an update takes back a membership that another construct has adopted',
    tests: UPDATE,
  },
  {
    file: RESOURCE,
    find: 'if (owner === undefined && hasOwner(tags)) return',
    replace: 'if (false) return',
    reason: 'a membership is left by somebody who cannot be read',
    tests: DELETE,
  },
  {
    file: PLAN,
    find: '(previous && desired.queryLogStatus !== previous.queryLogStatus)',
    replace: 'false',
    reason: 'a rollback is lost over a read that is older than the last write',
    tests: UPDATE,
  },
  {
    file: 'src/private/provider.ts',
    find: ', conditions: { StringEqualsIfExists: tags },',
    replace: ',',
    reason: 'the function may leave a membership of another owner',
    tests: MEMBERSHIP_RIGHTS,
  },

  // What rings the alarm.
  {
    file: DISPATCHER_FILE,
    find: '.notRetried([ALREADY_EXISTS]).retriedFor5Minutes();',
    replace: '.notRetried([ALREADY_EXISTS]);',
    reason: 'a night is given up at the first error',
    tests: DISPATCHES,
  },
  {
    file: SCHEDULED,
    find: '...(includeAborted ? [this.metricAborted({ period })] : []),',
    replace: '',
    reason: 'a run that somebody stopped rings no alarm',
    tests: ALARM,
  },
  {
    file: SCHEDULED,
    find: "metricName: 'FailedInvocations'",
    replace: "metricName: 'Invocations'",
    reason: 'a stop that could not be delivered rings no alarm',
    tests: ALARM,
  },
  {
    file: SCHEDULED,
    find: '[machine.metricFailed({ period }), machine.metricTimedOut({ period })]',
    replace: '[machine.metricFailed({ period })]',
    reason: 'a canceller that runs out of time rings no alarm',
    tests: ALARM,
  },

  // What the app knows of a query besides.
  {
    file: 'src/protected-query/private/workflow/run-rules.ts',
    find: "if (query._template !== undefined) referToStackOf(scope, 'query.template', query._template);",
    replace: '',
    reason: 'a query is deployed before the template that another account defines for it',
    tests: ['test/protected-query/app-rules.test'],
  },
  {
    file: 'src/privacy-budget/access-budget.ts',
    find: 'Math.max(runsOfAll(schedules, period), runsOfAll(schedulesOf(table), period))',
    replace: 'runsOfAll(schedules, period)',
    reason: 'queries of the app use up a budget unnoticed',
    tests: ['test/privacy-budget/privacy-budget.test'],
  },

  {
    file: 'src/protected-query/private/state-machine-role.ts',
    find: "conditions: { ArnLike: { 'aws:SourceArn': stateMachines }, StringEquals: { 'aws:SourceAccount': stack.account } },",
    replace: '',
    reason: 'Step Functions could be made to use the rights of a state machine on behalf of somebody else',
    tests: ['test/protected-query/policies.test'],
  },
  // What a rehearsal lets leave.
  {
    file: 'rehearsal/src/sql/syntax.ts',
    find: 'if (hasMisplacedSetOperation(statements[0])) {',
    replace: 'if (false) {',
    reason: 'a UNION that the parser takes for a part of the query before gives other rows than Spark',
    tests: ['rehearsal/src/sql/duckdb-engine.test'],
  },
  {
    file: 'rehearsal/src/rules/syntax-tree.ts',
    find: 'if (hasMisplacedSetOperation(statements[0])) {',
    replace: 'if (false) {',
    reason: 'a hidden column leaves by a UNION that the parser takes for a part of the query before',
    tests: ['rehearsal/src/rules/custom-rule.test'],
  },
  {
    file: 'rehearsal/src/rules/comparisons.ts',
    find: '...node.limit === null && !isInner ? [] : [comparison(ordered,',
    replace: '...true ? [] : [comparison(ordered,',
    reason: 'an order that a LIMIT cuts tells of a column that may not be compared',
    tests: ['rehearsal/src/rules/comparison-controls.test'],
  },

  // What a rehearsal plays otherwise than the service.
  {
    file: 'rehearsal/src/step-functions/jsonpath/jsonpath-language.ts',
    find: 'if (value !== undefined) return value;',
    replace: 'return value ?? null;',
    reason: 'a path that leads nowhere is null here, and fails the first night in the service',
    tests: ['rehearsal/src/step-functions/jsonpath/jsonpath-states.test'],
  },
  {
    file: 'rehearsal/src/step-functions/jsonpath/choice-rules.ts',
    find: 'if (value !== undefined) return value;',
    replace: 'return value ?? null;',
    reason: 'a Choice about what is not there takes its Default here, and fails in the service',
    tests: ['rehearsal/src/step-functions/jsonpath/choice-rules.test'],
  },
  {
    file: 'rehearsal/src/step-functions/jsonpath/jsonpath-check.ts',
    find: 'return isKnown ? undefined',
    replace: 'return isKnown || true ? undefined',
    reason: 'a value of the context that only the service has is no longer named before the night',
    tests: ['rehearsal/src/step-functions/jsonpath/jsonpath-check.test'],
  },
];
