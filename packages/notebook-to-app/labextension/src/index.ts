import { appStatus } from './appStatus';
import { statusBar } from './statusBar';

export default [appStatus, statusBar];
