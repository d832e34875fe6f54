import { resolve } from 'node:path';

/** Where `npm start` keeps everything, if it is not told otherwise. This file lies as deep before it is built as after. */
export const USUAL_DATA_DIR = resolve(import.meta.dirname, '../../.data');
