import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { connect as connectTo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** In the process of pyspark itself, until stdin closes. */
const SERVER = `
import sys
from pyspark.sql import SparkSession
builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.plugins", "org.apache.spark.sql.connect.SparkConnectPlugin")
session = builder.config("spark.connect.grpc.binding.port", sys.argv[1]).getOrCreate()
sys.stdin.read()
session.stop()
`;
/** Enough of what it wrote last to tell why it is gone. */
const LAST_WORDS = 2_000;

/** A Spark Connect server of this machine. */
export class ConnectServer {
  static async start(): Promise<ConnectServer> {
    const port = await freePort();
    const { SPARK_REMOTE: _remote, ...env } = process.env;
    const server = new ConnectServer(port, spawn(process.env.PYSPARK_PYTHON ?? 'python3', ['-c', SERVER, String(port)], { env }));
    await server.listening();
    return server;
  }

  /** What `SPARK_REMOTE` names it by. */
  readonly remote: string;
  private words = '';

  private constructor(private readonly port: number, private readonly child: ChildProcessWithoutNullStreams) {
    this.remote = `sc://localhost:${port}`;
    child.stdout.resume();
    child.stderr.on('data', (chunk: Buffer) => { this.words = `${this.words}${chunk.toString()}`.slice(-LAST_WORDS); });
  }

  async stop(): Promise<void> {
    this.child.stdin.end();
    await new Promise((resolve) => this.child.exitCode === null ? this.child.once('exit', resolve) : resolve(undefined));
  }

  /** Waits for the server as long as it lives: how long it takes to start depends on the machine. */
  private async listening(): Promise<void> {
    while (this.child.exitCode === null) {
      const isOpen = await new Promise<boolean>((resolve) => {
        const socket = connectTo(this.port, 'localhost', () => { socket.destroy(); resolve(true); });
        socket.once('error', () => resolve(false));
      });
      if (isOpen) return;
      await pause(200);
    }
    throw new Error(`Spark Connect ended with ${this.child.exitCode}: ${this.words}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
