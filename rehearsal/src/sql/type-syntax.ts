import { NotPlayable } from './not-playable';
import { type Kind, type Type } from './types';

interface ParsedType {
  readonly data_type: string;
  readonly name?: string;
  readonly precision?: number | null;
  readonly scale?: number | null;
  readonly timezone?: boolean;
}

const KINDS: Readonly<Record<string, Kind>> = {
  boolean: 'BOOLEAN',
  tiny_int: 'TINYINT',
  small_int: 'SMALLINT',
  int: 'INT',
  big_int: 'BIGINT',
  double: 'DOUBLE',
  string: 'STRING',
  text: 'STRING',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  TIMESTAMPNTZ: 'TIMESTAMP_NTZ',
  TIMESTAMP_NTZ: 'TIMESTAMP_NTZ',
  TIMESTAMP_LTZ: 'TIMESTAMP',
  TIMESTAMPLTZ: 'TIMESTAMP',
};

/** A type as CAST names it. */
export function readType(node: unknown): Type {
  const { data_type: word, name, precision, scale } = node as ParsedType;
  if (word === 'decimal') {
    return { kind: 'DECIMAL', precision: precision ?? 10, scale: scale ?? 0 };
  }
  const kind = KINDS[name ?? word];
  if (kind === undefined) {
    throw new NotPlayable(`the type ${(name ?? word).replaceAll('_', '').toUpperCase()}`);
  }
  return { kind };
}
