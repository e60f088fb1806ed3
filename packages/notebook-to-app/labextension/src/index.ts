import { appStatus } from './appStatus';
import { cells } from './cells';
import { feed } from './feed';
import { followFiles } from './followFiles';
import { log } from './log';
import { preview } from './preview';
import { statusBar } from './statusBar';

export default [feed, appStatus, cells, statusBar, followFiles, preview, log];
