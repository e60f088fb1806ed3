import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Token } from '@lumino/coreutils';
import { Signal, type ISignal } from '@lumino/signaling';

import { IFeed } from './feed';

/** What the reload server says, passed on by `notebook_to_app/jupyter/app_status.py`. */
export interface IStatus {
  readonly state: 'loading' | 'live' | 'broken' | 'stopped' | 'without reloads';
  /** Counts the states of the source that were loaded. */
  readonly generation: number;
  readonly seconds: number | null;
  readonly changed: readonly string[];
  readonly error: string | null;
  readonly routes: readonly IRoute[];
  /** When each of the app's templates and static files was changed last. */
  readonly page_files: Readonly<Record<string, number>>;
  /** Its name in compose.yaml. */
  readonly service: string;
  /** Where this machine's browser reaches the app. */
  readonly port: number;
}

export interface IRoute {
  readonly rule: string;
  readonly methods: readonly string[];
  readonly endpoint: string;
}

/** The app's status, and a signal for each change of it. */
export interface IAppStatus {
  /** Null until the first one arrives. */
  readonly current: IStatus | null;
  readonly changed: ISignal<IAppStatus, IStatus>;
}

export const IAppStatus = new Token<IAppStatus>('notebook-to-app:IAppStatus', 'The status of the app that is developed.');

/** Where the browser reaches a path of the app. Its ports are published on the loopback address alone. */
export function addressOf(path: string, status: IStatus): string {
  const host = window.location.hostname === '127.0.0.1' ? '127.0.0.1' : 'localhost';
  return `http://${host}:${status.port}${path}`;
}

/** A path that can be opened without putting in a value. */
export function isPage(route: IRoute): boolean {
  return route.methods.includes('GET') && !route.rule.includes('<');
}

class AppStatus implements IAppStatus {
  constructor(feed: IFeed) {
    feed.news.connect((_, { status }) => {
      if (status) {
        this.status = status;
        this.signal.emit(status);
      }
    });
  }

  get current(): IStatus | null {
    return this.status;
  }

  get changed(): ISignal<IAppStatus, IStatus> {
    return this.signal;
  }

  private status: IStatus | null = null;
  private readonly signal = new Signal<this, IStatus>(this);
}

export const appStatus: JupyterFrontEndPlugin<IAppStatus> = {
  id: 'notebook-to-app:status',
  description: 'Follows the status of the app.',
  autoStart: true,
  requires: [IFeed],
  provides: IAppStatus,
  activate: (_, feed: IFeed) => new AppStatus(feed)
};
