import { createHash } from 'node:crypto';
import type { AnalysisParameter, CollaborationAnalysisTemplate } from '@aws-sdk/client-cleanrooms';
import type { Lookup } from './lookup-resource';
import type { ReviewedParameterProperty, ReviewedTemplateAttributeValues, ReviewedTemplateProperties } from '../../../private/lookup-contract';
import type { ResourceState } from '../shared/custom-resource';
import { listOf, nonEmpty, object, optional, text } from '../shared/decoder';
import { Failure } from '../shared/service-error';

type Reviewed = Pick<ReviewedTemplateProperties, 'Text' | 'Parameters'>;

const decode = object<ReviewedTemplateProperties>({
  CollaborationIdentifier: nonEmpty,
  AuthorAccountId: nonEmpty,
  Text: nonEmpty,
  Parameters: optional(listOf(object<ReviewedParameterProperty>({ Name: nonEmpty, Type: nonEmpty, DefaultValue: optional(text) }))),
  Reviewed: optional(text),
});

/**
 * `Custom::CleanRoomsReviewedTemplate`: the partner's template whose text and parameters are those that were reviewed,
 * whatever it is named. Of several equal ones the newest, for an equal re-creation is followed.
 */
export const reviewedTemplate: Lookup<ReviewedTemplateProperties> = {
  decode,
  async find({ CollaborationIdentifier: collaboration, AuthorAccountId: author, ...reviewed }, read) {
    const summaries = (await read((api) => api.templates(collaboration))).filter(({ creatorAccountId }) => creatorAccountId === author);
    if (summaries.length === 0) {
      throw new Failure(`account ${author} has no analysis template in collaboration ${collaboration}: deploy again once it has created the one that was reviewed`);
    }
    const templates: CollaborationAnalysisTemplate[] = [];
    for (const { arn = '' } of summaries) templates.push(await read((api) => api.template(collaboration, arn)));
    const [equal] = templates.filter((template) => differenceFrom(reviewed, template) === undefined).sort(newestFirst);
    if (equal === undefined) {
      const [closest] = [...templates].sort((one, other) => likeness(reviewed, other) - likeness(reviewed, one));
      throw new Failure(`no analysis template of account ${author} in collaboration ${collaboration} is the one that was reviewed; `
        + `the closest of ${templates.length}, ${closest.name}, ${differenceFrom(reviewed, closest)}: review its text and parameters, `
        + 'then put them and another `reviewed` date into the app');
    }
    return stateOf(reviewed, equal.arn ?? '', equal.name ?? '');
  },
  recall(physicalId, reviewed) {
    const [arn, fingerprint] = physicalId.split('#');
    return fingerprint === fingerprintOf(reviewed) ? stateOf(reviewed, arn, '') : undefined;
  },
};

/** The id says what was reviewed: a rollback must not allow a template for another text. */
function stateOf(reviewed: Reviewed, arn: string, name: string): ResourceState {
  const data: ReviewedTemplateAttributeValues = { Arn: arn, Name: name };
  return { physicalResourceId: `${arn}#${fingerprintOf(reviewed)}`, data };
}

function fingerprintOf({ Text, Parameters = [] }: Reviewed): string {
  const parameters = Parameters.map(({ Name, Type, DefaultValue }) => [Name, Type, DefaultValue ?? null]).sort();
  return createHash('sha256').update(JSON.stringify([Text, parameters])).digest('hex').slice(0, 32);
}

/** What a reader would look at first. It names places and parameters, never the text: what partners wrote is not ours to log. */
function differenceFrom(
  { Text, Parameters = [] }: Reviewed, { format, source, analysisParameters = [] }: CollaborationAnalysisTemplate,
): string | undefined {
  const theirs = source?.text;
  if (format !== 'SQL' || theirs === undefined) return 'holds no SQL';
  if (theirs !== Text) {
    const { line, column } = placeOf(commonStart(Text, theirs), Text);
    return `differs from the reviewed text from line ${line}, column ${column} on`;
  }
  return parametersDifference(Parameters, analysisParameters);
}

/** Their order is of no consequence: a query names them. */
function parametersDifference(reviewed: readonly ReviewedParameterProperty[], theirs: readonly AnalysisParameter[]): string | undefined {
  const lost = reviewed.find(({ Name }) => !theirs.some(({ name }) => name === Name));
  if (lost !== undefined) return `has no parameter ${lost.Name}`;
  const added = theirs.find(({ name }) => !reviewed.some(({ Name }) => Name === name));
  if (added !== undefined) return `has a parameter ${added.name} that was not reviewed`;
  for (const { Name, Type, DefaultValue } of reviewed) {
    const other = theirs.find(({ name }) => name === Name);
    if (other?.type !== Type) return `has ${other?.type} for the type of parameter ${Name}, reviewed was ${Type}`;
    if (other.defaultValue !== DefaultValue) return `has another default for parameter ${Name}`;
  }
  return undefined;
}

function likeness({ Text }: Reviewed, { source }: CollaborationAnalysisTemplate): number {
  return commonStart(Text, source?.text ?? '');
}

function commonStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

function placeOf(offset: number, within: string): { line: number; column: number } {
  const before = within.slice(0, offset).split('\n');
  return { line: before.length, column: before[before.length - 1].length + 1 };
}

function newestFirst(one: CollaborationAnalysisTemplate, other: CollaborationAnalysisTemplate): number {
  return (other.createTime?.getTime() ?? 0) - (one.createTime?.getTime() ?? 0);
}
