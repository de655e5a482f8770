import { createHash } from 'node:crypto';
import { Token, Tokenization } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { fail } from '../../../private/validation';
import { ProtectedQuery } from '../../protected-query';
import { expression, object, plain } from '../jsonata';
import { QueryComputeConfiguration, QueryOutputConfiguration, StartQueryRequest } from '../query-request';
import { WorkflowNames } from './names';
import { QueryWorkflowProps } from './props';

/**
 * Step Functions carries 262,144 bytes: from state to state, to a service and back, and as a page of a history. There the
 * request is JSON quoted in JSON, beside what the service tells of the query.
 */
const MAX_REQUEST_BYTES = 200_000;

/** What a run asks for, as the finder takes it: little, and the same at each start. */
export interface Asked {
  readonly template?: string;
  readonly textHash?: string;
  readonly parameters?: { readonly [name: string]: string };
  readonly output?: QueryOutputConfiguration;
}

/** What is asked of the service. The text of a query stands in the definition only: it would be a large part of what a state can carry. */
export class QueryRequest {
  private readonly text?: string;
  private readonly output?: QueryOutputConfiguration;
  private readonly compute?: QueryComputeConfiguration;

  constructor(private readonly scope: Construct, private readonly names: WorkflowNames, private readonly props: QueryWorkflowProps) {
    const { query } = props;
    this.text = 'QueryString' in query._source ? query._source.QueryString : undefined;
    this.output = query._output?._render(scope);
    this.compute = query._compute?._render(scope);
    this.validateSize();
  }

  /** The variables with what only the run knows, its values. */
  public get variables(): { [name: string]: unknown } {
    const { asked, text } = this.names;
    return { [asked]: this.asked(), ...this.isHashedLate && { [text]: this.text } };
  }

  /** The request, by these variables. */
  public get arguments(): StartQueryRequest {
    const { asked } = this.names;
    const { membership, query } = this.props;
    return {
      MembershipIdentifier: membership.membershipRef.membershipIdentifier,
      Type: 'SQL',
      SqlParameters: {
        ...this.text === undefined ? { AnalysisTemplateArn: expression(`$${asked}.template`) } : { QueryString: this.queryString(this.text) },
        ...hasParameters(query) && { Parameters: expression(`$${asked}.parameters`) },
      },
      ...this.output && { ResultConfiguration: { OutputConfiguration: expression(`$${asked}.output`) } },
      ...this.compute && { ComputeConfiguration: this.compute },
    };
  }

  /** What is asked of the finder, as an expression. */
  public get askedOfFinder(): string {
    const { asked, text } = this.names;
    return this.isHashedLate ? `$merge([$${asked}, ${object({ textHash: `$hash($${text}, 'SHA-256')` })}])` : `$${asked}`;
  }

  private asked(): Asked {
    const { query } = this.props;
    return {
      ...'AnalysisTemplateArn' in query._source && { template: query._source.AnalysisTemplateArn },
      ...this.text !== undefined && !this.isHashedLate && { textHash: createHash('sha256').update(this.text).digest('hex') },
      ...hasParameters(query) && { parameters: fieldsOf(query) },
      ...this.output && { output: this.output },
    };
  }

  /** A text that is known only when deployed is the exception: it is kept as a variable, to be hashed when it is looked for. */
  private get isHashedLate(): boolean {
    return this.text !== undefined && Token.isUnresolved(this.text);
  }

  private queryString(text: string): string {
    return this.isHashedLate ? expression(`$${this.names.text}`) : plain(text);
  }

  /** What is refused would start and not be followed: an answer that Step Functions can't carry ends the run past every catch. */
  private validateSize(): void {
    const bytes = carriedBytes([this.text, fieldsOf(this.props.query), this.output, this.compute]);
    if (bytes <= MAX_REQUEST_BYTES) return;
    const prop = this.text === undefined ? 'query' : 'query.sql';
    fail(this.scope, prop, `must be ${MAX_REQUEST_BYTES} bytes at most where Step Functions carries it, as JSON quoted in JSON: a line break takes 3 of them, a quotation mark 4`,
      `${bytes} bytes`, this.text === undefined ? 'shorten its values or Spark properties' : 'make an analysis template of it');
  }
}

function hasParameters(query: ProtectedQuery): boolean {
  return Object.keys(query._parameters).length > 0;
}

function fieldsOf(query: ProtectedQuery): { [name: string]: string } {
  return Object.fromEntries(Object.entries(query._parameters).map(([name, parameter]) => [name, parameter._field])) as { [name: string]: string };
}

/** Of what is known only when deployed, nothing can be counted. */
function carriedBytes(value: unknown): number {
  const known = Tokenization.reverseString(JSON.stringify(value))
    .mapTokens({ mapToken: () => '' })
    .join({ join: (left: string | undefined, right: string | undefined) => `${left ?? ''}${right ?? ''}` }) as string;
  return Buffer.byteLength(JSON.stringify(known));
}
