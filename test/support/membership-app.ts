import { createHash } from 'node:crypto';
import { App, CfnResource, Environment, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { Collaboration, Membership, MembershipProps, QueryLogStatus } from '../../src';

export const COLLABORATION = 'a1b2c3d4-5678-90ab-cdef-111122223333';
export const MEMBERSHIP = 'b1b2c3d4-5678-90ab-cdef-111122223333';
export const PARTNER_MEMBERSHIP = 'c1b2c3d4-5678-90ab-cdef-111122223333';

export const REGION = 'eu-central-1';
export const ACCOUNT = '111122223333';
export const PARTNER = '444455556666';
export const ENV: Environment = { account: ACCOUNT, region: REGION };

export const MEMBERSHIP_ARN = `arn:aws:cleanrooms:${REGION}:${ACCOUNT}:membership/${MEMBERSHIP}`;
export const PARTNER_ARN = `arn:aws:cleanrooms:${REGION}:${PARTNER}:membership/${PARTNER_MEMBERSHIP}`;

/** A stack of an app of its own. No test reads the construct tree, which takes a good part of a synthesis to write. */
export function newStack(env?: Environment): Stack {
  return new Stack(new App({ treeMetadata: false }), 'Stack', { env });
}

/** Of each membership of an app another one, as an account joins each but once. */
function collaborationOf(id: string): string {
  if (id === 'Membership') return COLLABORATION;
  return `${COLLABORATION.slice(0, -12)}${createHash('sha256').update(id).digest('hex').slice(0, 12)}`;
}

/** A membership that joins a collaboration of somebody else's, with as little as can be said. */
export function newMembership(scope: Construct, props: Partial<MembershipProps> = {}, id = 'Membership'): Membership {
  return new Membership(scope, id, {
    collaboration: props.collaboration ?? Collaboration.fromCollaborationIdentifier(scope, `${id}Collaboration`, collaborationOf(id)),
    queryLogStatus: QueryLogStatus.DISABLED,
    ...props,
  });
}

/** A resource as it stands in a template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties: { readonly [name: string]: unknown };
  readonly DependsOn?: string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export function resourcesOf(stack: Stack, type: string): TemplateResource[] {
  return Object.values(Template.fromStack(stack).findResources(type)) as TemplateResource[];
}

/** The only resource of a type. */
export function resourceOf(stack: Stack, type: string): TemplateResource {
  const [resource, ...others] = resourcesOf(stack, type);
  expect({ type, found: resource !== undefined, others: others.length }).toEqual({ type, found: true, others: 0 });
  return resource;
}

export const membershipOf = (stack: Stack) => resourceOf(stack, 'Custom::CleanRoomsMembership').Properties;
export const resultConfigurationOf = (stack: Stack) => resourceOf(stack, 'Custom::CleanRoomsResultConfiguration').Properties;

/** The messages of one level, without the paths that carry them. */
export function messagesOf(stack: Stack, level: 'Warning' | 'Info' | 'Error'): string[] {
  return Annotations.fromStack(stack)[`find${level}`]('*', Match.anyValue()).map((entry) => String(entry.entry.data));
}

/** What this library warns of; the CDK has warnings of its own. */
export const warningsOf = (stack: Stack) => messagesOf(stack, 'Warning').filter((warning) => warning.includes('[ack: cdk-cleanrooms:'));

/** The logical id of the resource behind a construct. */
export function logicalIdOf(construct: Construct): string {
  return Stack.of(construct).resolve((construct.node.defaultChild as CfnResource).logicalId);
}
