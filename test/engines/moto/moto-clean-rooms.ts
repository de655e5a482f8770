import { ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ACCOUNT, PARTNER, REGION } from '../../support/membership-app';

/** moto's server, with collaborations that the partner has made. */
export class MotoCleanRooms {
  static async start(python: string, collaborations: number): Promise<MotoCleanRooms> {
    const child = spawn(python, [join(__dirname, 'clean_rooms.py'), String(collaborations)], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        MOTO_ACCOUNT_ID: ACCOUNT,
        CREATOR_ACCOUNT_ID: PARTNER,
        AWS_DEFAULT_REGION: REGION,
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
    const told = await new Promise<string>((resolve, reject) => {
      let errors = '';
      child.stderr.on('data', (chunk: Buffer) => { errors += chunk.toString(); });
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`moto's server ended with status ${code}: ${errors}`)));
    });
    const { url, collaborations: made } = JSON.parse(told) as { url: string; collaborations: string[] };
    return new MotoCleanRooms(child, url, made);
  }

  private constructor(private readonly child: ChildProcess, readonly url: string, readonly collaborations: readonly string[]) {}

  async close(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exit = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await exit;
  }
}
