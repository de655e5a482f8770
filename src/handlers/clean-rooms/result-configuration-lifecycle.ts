import type { Answer } from './answer';
import { desiredResultConfigurations } from './desired-state';
import { planResultConfigurations } from './plan';
import type { ResultConfigurationDelete, ResultConfigurationPut } from './request';
import { requireActive, settle } from './settling';
import type { Tools } from './settling';

/** Create and Update are one: the membership is compared with what is desired either way. */
export async function putResultConfiguration({ id, properties, stackId }: ResultConfigurationPut, tools: Tools): Promise<Answer> {
  const { MembershipIdentifier } = properties;
  const physicalResourceId = `${MembershipIdentifier}/result-configuration`;
  const gone = `membership ${MembershipIdentifier} is gone or may not be read: check it in the AWS Clean Rooms console, then deploy again`;
  const membership = await requireActive(
    await tools.memberships.awaitVisible(MembershipIdentifier), MembershipIdentifier, gone, stackId, tools);
  if (membership !== undefined) {
    const absent = id === physicalResourceId ? 'impossible' : 'kept';
    await settle(planResultConfigurations(desiredResultConfigurations(properties), membership, absent), membership, stackId, tools);
  }
  return { physicalResourceId, data: { MembershipIdentifier } };
}

/** The API cannot clear a result configuration, so nothing is called. */
export async function deleteResultConfiguration({ id }: ResultConfigurationDelete, { log }: Tools): Promise<Answer> {
  log('retained, AWS Clean Rooms cannot clear a result configuration', { id });
  return { physicalResourceId: id };
}
