import { appStatus } from './appStatus';
import { followFiles } from './followFiles';
import { preview } from './preview';
import { statusBar } from './statusBar';

export default [appStatus, statusBar, followFiles, preview];
