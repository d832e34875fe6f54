import { bundleOf } from '../../scripts/bundle.mjs';

export default bundleOf({ main: 'src/main.ts', 'refuse-unsafe': 'src/refuse-unsafe.ts' });
