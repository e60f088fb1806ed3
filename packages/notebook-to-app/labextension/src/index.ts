import { appStatus } from './appStatus';
import { followFiles } from './followFiles';
import { statusBar } from './statusBar';

export default [appStatus, statusBar, followFiles];
