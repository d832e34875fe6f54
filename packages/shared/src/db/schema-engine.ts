import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';

/** The part of WebAssembly used here; Node's types leave the global out. */
interface WasmHost {
  instantiate(
    bytes: Uint8Array,
    imports: object,
  ): Promise<{ instance: { exports: Record<string, () => void> } }>;
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: WasmHost };

/** Everything in the database belongs to us, so nothing is left out of comparison. */
export const noFilters = { externalTables: [], externalEnums: [] };

/**
 * Opens Prisma's schema engine in its WebAssembly form. The usual one is a binary that the Prisma command
 * downloads; this one ships inside a package, so migrations run with nothing but the npm registry.
 *
 * @param url the database to work on, as a role that may create tables
 * @param datamodel the text of schema.prisma, needed to compare against it
 */
export async function openSchemaEngine(url: string, datamodel?: { path: string; content: string }) {
  instance ??= instantiate();
  await instance;
  const connections = new WholeScripts({ connectionString: url });
  const engine = await bindings.SchemaEngine.new(
    { datamodels: datamodel ? [[datamodel.path, datamodel.content]] : undefined },
    () => {},
    bindMigrationAwareSqlAdapterFactory(connections),
  );
  return {
    engine,
    async close(): Promise<void> {
      engine.free();
      await connections.close();
    },
  };
}

/** One instance for the whole process: the generated bindings keep it in a module variable. */
let instance: Promise<void> | undefined;

async function instantiate(): Promise<void> {
  const wasmPath = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm')
    .replace(/schema_engine\.js$/, 'schema_engine_bg.wasm');
  const imports = { './schema_engine_bg.js': bindings };
  const { exports } = (await WebAssembly.instantiate(await readFile(wasmPath), imports)).instance;
  // The bindings take the instance in this way; their types do not mention it.
  const generated = bindings as unknown as { __wbg_set_wasm(exports: object): void };
  generated.__wbg_set_wasm(exports);
  exports['__wbindgen_start']?.();
}

/**
 * Prisma's adapter cuts a migration at every semicolon, which breaks function bodies, and runs the pieces one by
 * one. Sent whole, Postgres parses it itself and applies all of it or nothing.
 */
class WholeScripts extends PrismaPg {
  readonly #open: Awaited<ReturnType<PrismaPg['connect']>>[] = [];

  override async connect() {
    const adapter = await super.connect();
    this.#open.push(adapter);
    adapter.executeScript = async (script) => {
      await adapter.underlyingDriver().query(script);
    };
    return adapter;
  }

  /** The engine does not close what it opened. */
  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((adapter) => adapter.dispose()));
  }
}
