import type { Answer } from './answer';
import { createMembership, deleteMembership, updateMembership } from './membership-lifecycle';
import type { Request } from './request';
import { deleteResultConfiguration, putResultConfiguration } from './result-configuration-lifecycle';
import type { Tools } from './settling';

export async function act(request: Request, tools: Tools): Promise<Answer> {
  switch (request.kind) {
    case 'create membership': return createMembership(request, tools);
    case 'update membership': return updateMembership(request, tools);
    case 'delete membership': return deleteMembership(request, tools);
    case 'put result configuration': return putResultConfiguration(request, tools);
    case 'delete result configuration': return deleteResultConfiguration(request, tools);
  }
}
