import { notSimulated, standIn, standInsIn } from './stand-ins';
import { isObject, Json, JsonObject, Template, ValidationError } from './template';

/** What a template's references can reach: the stack, its parameters and the resources that exist by now. */
export interface Scope {
  readonly pseudo: Readonly<Record<string, Json>>;
  parameter(name: string): Json | undefined;
  physicalId(logicalId: string): string;
  attribute(logicalId: string, name: string): Json;
  importValue(name: string): Json;
  stackOutput(reference: StackOutputReference): Json;
  /** What stands for the value of a function that is not known here. @default - such a template is refused */
  unknownFunction?(name: string): Json;
}

/** An output of a stack that may be another account's or region's. */
export interface StackOutputReference {
  readonly stackName: string;
  readonly outputName: string;
  readonly region?: string;
  /** Who reads it; its account is the stack's. */
  readonly roleArn?: string;
}

/** Functions that take values apart, or put them together. */
const OF_PARTS = new Set(['Fn::Select', 'Fn::Split', 'Fn::Join', 'Fn::FindInMap']);

type Function = (argument: Json) => Json | undefined;

/** Evaluates the intrinsic functions of one template in a scope. `undefined` is AWS::NoValue. */
export class Intrinsics {
  private readonly conditions = new Map<string, boolean>();
  private readonly functions: Record<string, Function> = {
    'Ref': (name) => this.ref(text(name, 'Ref')),
    'Fn::GetAtt': (argument) => this.getAtt(argument),
    'Fn::Sub': (argument) => this.sub(argument),
    'Fn::Join': (argument) => {
      const [delimiter, values] = pair(argument, 'Fn::Join');
      return list(this.resolve(values), 'Fn::Join').map((value) => text(value, 'Fn::Join')).join(text(delimiter, 'Fn::Join'));
    },
    'Fn::Select': (argument) => this.select(argument),
    'Fn::Split': (argument) => {
      const [delimiter, value] = pair(argument, 'Fn::Split');
      return text(this.resolve(value), 'Fn::Split').split(text(delimiter, 'Fn::Split'));
    },
    'Fn::If': (argument) => this.resolve(this.branch(argument)),
    'Fn::FindInMap': (argument) => this.findInMap(argument),
    'Fn::Base64': (value) => Buffer.from(text(this.resolve(value), 'Fn::Base64')).toString('base64'),
    'Fn::GetAZs': () => ['a', 'b', 'c'].map((zone) => `${this.scope.pseudo['AWS::Region']}${zone}`),
    'Fn::ImportValue': (name) => this.scope.importValue(text(this.resolve(name), 'Fn::ImportValue')),
    'Fn::GetStackOutput': (argument) => this.stackOutput(argument),
    'Fn::Equals': (argument) => {
      const [left, right] = pair(argument, 'Fn::Equals').map((side) => text(this.resolve(side), 'Fn::Equals'));
      const [unknown] = standInsIn([left, right]);
      if (unknown !== undefined) throw new ValidationError(`template error: a condition needs ${notSimulated([unknown])}`);
      return left === right;
    },
    'Fn::Not': (argument) => !this.truth(list(argument, 'Fn::Not')[0]),
    'Fn::And': (argument) => list(argument, 'Fn::And').every((part) => this.truth(part)),
    'Fn::Or': (argument) => list(argument, 'Fn::Or').some((part) => this.truth(part)),
  };

  constructor(private readonly template: Template, private readonly scope: Scope) {}

  public resolve(value: Json | undefined): Json | undefined {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item)).filter((item) => item !== undefined);
    if (!isObject(value)) return value;
    const call = this.callOf(value);
    if (call !== undefined) return this.apply(call, value[call]);
    const resolved: JsonObject = {};
    for (const [key, item] of Object.entries(value)) {
      const result = this.resolve(item);
      if (result !== undefined) resolved[key] = result;
    }
    return resolved;
  }

  public condition(name: string): boolean {
    const known = this.conditions.get(name);
    if (known !== undefined) return known;
    const definition = this.template.Conditions?.[name];
    if (definition === undefined) throw new ValidationError(`template error: condition ${name} is not defined in Conditions`);
    const result = this.truth(definition);
    this.conditions.set(name, result);
    return result;
  }

  /** Names of the resources (and parameters) that a value refers to, in the branches that are taken. */
  public references(value: Json | undefined, found: Set<string> = new Set()): Set<string> {
    if (Array.isArray(value)) {
      value.forEach((item) => this.references(item, found));
    } else if (isObject(value)) {
      const call = this.callOf(value);
      const argument = call === undefined ? undefined : value[call];
      if (call === 'Ref') {
        found.add(text(argument, 'Ref'));
      } else if (call === 'Fn::GetAtt') {
        found.add(attributeOf(argument)[0]);
      } else if (call === 'Fn::If') {
        this.references(this.branch(argument), found);
      } else {
        if (call === 'Fn::Sub') this.subReferences(argument).forEach((name) => found.add(name));
        Object.values(value).forEach((item) => this.references(item, found));
      }
    }
    return found;
  }

  private apply(name: string, argument: Json): Json | undefined {
    if (!Object.hasOwn(this.functions, name)) return this.scope.unknownFunction?.(name);
    try {
      return this.functions[name](argument);
    } catch (error) {
      // A part of something that is not known is not known either.
      const [unknown] = error instanceof ValidationError && OF_PARTS.has(name) ? standInsIn(this.resolve(argument)) : [];
      if (unknown === undefined) throw error;
      return standIn(unknown);
    }
  }

  private callOf(value: JsonObject): string | undefined {
    const [key, ...others] = Object.keys(value);
    if (key === undefined || others.length > 0) return undefined;
    if (Object.hasOwn(this.functions, key)) return key;
    if (key.startsWith('Fn::') && this.scope.unknownFunction !== undefined) return key;
    if (key.startsWith('Fn::')) throw new ValidationError(`template error: ${key} is not an intrinsic function that this deployment knows`);
    return undefined;
  }

  private ref(name: string): Json | undefined {
    if (name === 'AWS::NoValue') return undefined;
    if (Object.hasOwn(this.scope.pseudo, name)) return this.scope.pseudo[name];
    return this.template.Parameters?.[name] === undefined ? this.scope.physicalId(name) : this.scope.parameter(name);
  }

  private getAtt(argument: Json): Json {
    const [logicalId, name] = attributeOf(argument);
    return this.scope.attribute(logicalId, text(this.resolve(name), 'Fn::GetAtt'));
  }

  private sub(argument: Json): Json {
    const [pattern, variables] = subOf(argument);
    return pattern.replace(/\$\{([^}]*)\}/g, (whole, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      const value = Object.hasOwn(variables, name) ? this.resolve(variables[name])
        : name.includes('.') ? this.getAtt(name) : this.ref(name);
      return text(value, `Fn::Sub of ${whole}`);
    });
  }

  private subReferences(argument: Json | undefined): string[] {
    const [pattern, variables] = subOf(argument);
    return [...pattern.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name]) => name)
      .filter((name) => !Object.hasOwn(variables, name)).map((name) => name.split('.')[0]);
  }

  private select(argument: Json): Json {
    const [index, values] = pair(argument, 'Fn::Select');
    const from = list(this.resolve(values), 'Fn::Select');
    const chosen = from[Number(this.resolve(index))];
    if (chosen === undefined) throw new ValidationError(`template error: Fn::Select cannot select ${JSON.stringify(index)} of ${from.length} values`);
    return chosen;
  }

  private stackOutput(argument: Json): Json {
    const where = 'Fn::GetStackOutput';
    const { StackName, OutputName, Region, RoleArn } = (this.resolve(argument) ?? {}) as JsonObject;
    return this.scope.stackOutput({
      stackName: text(StackName, where),
      outputName: text(OutputName, where),
      region: Region === undefined ? undefined : text(Region, where),
      roleArn: RoleArn === undefined ? undefined : text(RoleArn, where),
    });
  }

  private branch(argument: Json | undefined): Json {
    const [name, yes, no] = list(argument, 'Fn::If');
    return this.condition(text(name, 'Fn::If')) ? yes : no;
  }

  private findInMap(argument: Json): Json {
    const [map, first, second] = list(argument, 'Fn::FindInMap').map((part) => text(this.resolve(part), 'Fn::FindInMap'));
    const found = this.template.Mappings?.[map]?.[first]?.[second];
    if (found === undefined) throw new ValidationError(`template error: no value for ${first}, ${second} in mapping ${map}`);
    return found;
  }

  private truth(value: Json): boolean {
    if (isObject(value) && typeof value.Condition === 'string') return this.condition(value.Condition);
    return this.resolve(value) === true;
  }
}

function text(value: Json | undefined, where: string): string {
  if (value === null || value === undefined || typeof value === 'object') {
    throw new ValidationError(`template error: ${where} needs a string, got ${JSON.stringify(value)}`);
  }
  return String(value);
}

function list(value: Json | undefined, where: string): Json[] {
  if (!Array.isArray(value)) throw new ValidationError(`template error: ${where} needs a list, got ${JSON.stringify(value)}`);
  return value;
}

function pair(value: Json, where: string): Json[] {
  const values = list(value, where);
  if (values.length !== 2) throw new ValidationError(`template error: ${where} needs two arguments, got ${values.length}`);
  return values;
}

function attributeOf(argument: Json | undefined): [string, Json] {
  if (Array.isArray(argument)) return [text(argument[0], 'Fn::GetAtt'), argument[1]];
  const [logicalId, ...name] = text(argument, 'Fn::GetAtt').split('.');
  return [logicalId, name.join('.')];
}

function subOf(argument: Json | undefined): [string, JsonObject] {
  if (!Array.isArray(argument)) return [text(argument, 'Fn::Sub'), {}];
  return [text(argument[0], 'Fn::Sub'), isObject(argument[1]) ? argument[1] : {}];
}
