import { bundleOf } from '../scripts/bundle.mjs';

export default bundleOf({ main: 'src/main.ts', 'claim-code': 'src/claim-code.ts' });
