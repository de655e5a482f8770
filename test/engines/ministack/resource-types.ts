import { createServer, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { Identifiers, Identity, JsonObject, NativeType, ResourceFailure } from 'cdk-cleanrooms-rehearsal/account';
import type { CleanRoomsEndpoint } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import { cleanRoomsTypes } from 'cdk-cleanrooms-rehearsal/organization';

/** What server.py asks for a resource of a type that the engine lacks. */
interface Request {
  readonly action: 'create' | 'update' | 'delete';
  readonly type: string;
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly properties: JsonObject;
  /** Unless it is created. */
  readonly physicalId?: string;
  readonly before?: JsonObject;
}

/** The Clean Rooms types of CloudFormation for an engine that has none of them: as the account's own driver makes them, at the endpoint. */
export class ResourceTypes {
  public static async start(endpoint: CleanRoomsEndpoint): Promise<ResourceTypes> {
    const host = new ResourceTypes(cleanRoomsTypes(endpoint));
    await new Promise<void>((resolve) => host.server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  private readonly attributes = new Map<string, JsonObject>();
  private readonly server: Server;

  private constructor(private readonly types: Readonly<Record<string, NativeType>>) {
    this.server = createServer((request, response) => {
      text(request).then((body) => this.answer(JSON.parse(body) as Request)).then(
        (identity) => response.end(JSON.stringify(identity)),
        (error: unknown) => {
          response.writeHead(error instanceof ResourceFailure ? 400 : 500).end(error instanceof Error ? error.message : String(error));
        },
      );
    });
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public get names(): string[] {
    return Object.keys(this.types);
  }

  public has(type: string): boolean {
    return type in this.types;
  }

  /** What `Fn::GetAtt` gives of a resource that was made here. */
  public attribute(physicalId: string, name: string): JsonObject[string] | undefined {
    return this.attributes.get(physicalId)?.[name];
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: Request): Promise<Identity> {
    const { action, type, physicalId, before } = request;
    const native = this.types[type];
    if (action === 'create' || physicalId === undefined) return this.create(native, request);
    if (action === 'update') {
      const replaces = native.replacedBy.some((property) => !isDeepStrictEqual(at(request.properties, property), at(before, property)));
      if (replaces && native.replacement === 'delete_then_create') await native.remove?.(resource(request, before), this.context(request));
      if (replaces) return this.create(native, request);
      await native.update?.(resource(request, before), resource(request), this.context(request));
    } else {
      await native.remove?.(resource(request), this.context(request));
    }
    return { physicalId, attributes: this.attributes.get(physicalId) ?? {} };
  }

  private async create(native: NativeType, request: Request): Promise<Identity> {
    const identity = await native.identify(resource(request), this.context(request));
    this.attributes.set(identity.physicalId, identity.attributes);
    return identity;
  }

  private context({ account: accountId, region, stackName, logicalId }: Request) {
    return { accountId, region, stackName, identifiers: new Identifiers(`${accountId}/${stackName}/${logicalId}`) };
  }
}

function resource({ logicalId, type, properties, physicalId = '' }: Request, before?: JsonObject) {
  return {
    logicalId, type, physicalId, properties: before ?? properties, attributes: {}, dependsOn: [], deletionPolicy: 'Delete', updateReplacePolicy: 'Delete',
  } as const;
}

/** A property by its path, such as `Parameters/ResourceArn`. */
function at(properties: JsonObject | undefined, path: string): unknown {
  return path.split('/').reduce<unknown>((value, name) => (value as JsonObject | undefined)?.[name], properties);
}
