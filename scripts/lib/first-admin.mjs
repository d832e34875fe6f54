// @ts-check
import { pathToFileURL } from 'node:url';
import { BUILT } from './paths.mjs';

/** Whether a service has an administrator. @param {string} databaseUrl @returns {Promise<boolean>} */
export async function hasAdmin(databaseUrl) {
  const [{ openDatabase }, claims] = await Promise.all(
    [BUILT.database, BUILT.claims].map((file) => import(pathToFileURL(file).href)),
  );
  const db = openDatabase({ url: databaseUrl, max: 1 });
  try {
    return await claims.hasAdmin(db);
  } finally {
    await db.$disconnect();
  }
}
