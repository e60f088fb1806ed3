import { appStatus } from './appStatus';
import { cells } from './cells';
import { followFiles } from './followFiles';
import { preview } from './preview';
import { statusBar } from './statusBar';

export default [appStatus, cells, statusBar, followFiles, preview];
