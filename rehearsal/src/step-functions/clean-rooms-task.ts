import * as sdk from '@aws-sdk/client-cleanrooms';
import { StateError } from './errors';
import { toJson } from './json';
import { ServiceHandler } from './runner';
import { SdkShapes, ServiceModel } from './sdk-shapes';
import model from '../clean-rooms/model/cleanrooms.json';

export interface CleanRoomsTaskProps {
  /** Where the service answers, such as the local Clean Rooms endpoint. */
  readonly endpoint: string;
  /** @default us-east-1 */
  readonly region?: string;
  /** Account whose calls these are, sent as the access key. @default - a key that names no account */
  readonly accessKeyId?: string;
  /** Real milliseconds after which an unanswered call is an `SdkClientException`. @default 60000 */
  readonly requestTimeout?: number;
  /** @default - the fixture of the local Clean Rooms endpoint */
  readonly model?: ServiceModel;
}

type Command = Parameters<sdk.CleanRoomsClient['send']>[0];

/** The tasks `arn:aws:states:::aws-sdk:cleanrooms:*`, done by the real SDK as Step Functions does them. */
export function cleanRoomsTask(props: CleanRoomsTaskProps): ServiceHandler {
  const shapes = new SdkShapes(props.model ?? model as ServiceModel);
  const { requestTimeout = 60_000 } = props;
  const client = new sdk.CleanRoomsClient({
    endpoint: props.endpoint,
    region: props.region ?? 'us-east-1',
    credentials: { accessKeyId: props.accessKeyId ?? 'local', secretAccessKey: 'local' },
    // What is to be tried again is for the state machine to say.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: requestTimeout, requestTimeout, throwOnRequestTimeout: true },
  });
  return async (action, parameters, context) => {
    const name = action.charAt(0).toUpperCase() + action.slice(1);
    const operation = shapes.operation(name);
    const Constructor = (sdk as unknown as Record<string, new (input: unknown) => Command>)[`${name}Command`];
    if (operation === undefined || Constructor === undefined) throw new Error(`Clean Rooms has no operation ${name}`);
    const input = operation.input === undefined ? {} : shapes.toService(operation.input, parameters);
    try {
      const output = await client.send(new Constructor(input), { abortSignal: context.signal });
      return operation.output === undefined ? {} : toJson(shapes.fromService(operation.output, output));
    } catch (error) {
      throw failureOf(error as Error, shapes);
    }
  };
}

/** Errors that the model knows keep their names; what never became an answer is the SDK's own. */
function failureOf(error: Error, shapes: SdkShapes): StateError {
  if (!(error instanceof sdk.CleanRoomsServiceException)) {
    return new StateError('CleanRooms.SdkClientException', `Unable to execute HTTP request: ${error.message}`);
  }
  const { httpStatusCode, requestId } = error.$metadata;
  const name = shapes.isException(error.name) ? error.name : 'CleanRoomsException';
  const origin = `(Service: CleanRooms, Status Code: ${httpStatusCode}, Request ID: ${requestId ?? 'null'})`;
  return new StateError(`CleanRooms.${name}`, `${error.message} ${origin}`);
}
