export interface FuzzContext {
  readonly runs: number;
  readonly seed: number;
  /** After each input. */
  readonly progress: () => void;
  /** Counts what kind of thing came out. */
  readonly note: (what: string) => void;
}

/** One target with its inputs; the first input that it does not stand makes `run` fail with the shortest that was found. */
export interface Fuzz {
  readonly name: string;
  /** Of the inputs that are asked for. */
  readonly share: number;
  run(context: FuzzContext): Promise<void>;
}
