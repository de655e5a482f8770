interface Task {
  readonly what: string;
  readonly remove: () => Promise<void>;
}

/** What was made and must go again, the newest first. */
export class Cleanup {
  private readonly tasks: Task[] = [];

  public add(what: string, remove: () => Promise<void>): void {
    this.tasks.push({ what, remove });
  }

  /** @returns what is left, for a person to remove */
  public async run(say: (text: string) => void): Promise<string[]> {
    const left: string[] = [];
    for (let task = this.tasks.pop(); task !== undefined; task = this.tasks.pop()) {
      try {
        say(`removing ${task.what}`);
        await task.remove();
      } catch (error) {
        left.push(`${task.what}: ${(error as Error).message}`);
      }
    }
    return left;
  }
}
