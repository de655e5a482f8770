import { parseArgs } from 'node:util';
import { CleanRoomsEndpoint } from './endpoint';

/**
 * The endpoint on its own, with one collaboration to join:
 *
 *     node --import tsx rehearsal/src/clean-rooms/main.ts --port 9000
 *     AWS_ENDPOINT_URL_CLEANROOMS=http://127.0.0.1:9000 aws cleanrooms list-memberships
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string' }, region: { type: 'string' }, account: { type: 'string' } } });
  const endpoint = await CleanRoomsEndpoint.start({
    ...values.port !== undefined && { port: Number(values.port) },
    ...values.region !== undefined && { region: values.region },
    ...values.account !== undefined && { accountId: values.account },
  });
  const collaboration = endpoint.addCollaboration({
    name: 'Audience overlap',
    creatorAccountId: '444455556666',
    creatorDisplayName: 'Partner',
    members: [{ accountId: endpoint.accountId, displayName: 'Us', abilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'] }],
  });
  console.log(`Clean Rooms in ${endpoint.region} for account ${endpoint.accountId}: ${endpoint.url}`);
  console.log(`invited to collaboration ${collaboration.id}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
