import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import { Token } from '@lumino/coreutils';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IStatus } from './appStatus';

const FIRST_RETRY_MILLISECONDS = 500;
const LONGEST_RETRY_MILLISECONDS = 10_000;

/** What `notebook_to_app/jupyter/feed.py` sends: one of these. */
export interface INews {
  readonly status?: IStatus;
  /** A path that is followed: first at once, and then whenever it has changed on disk. */
  readonly file?: string;
  /** Lines of the app's log; the first ones of a new log if it begins. */
  readonly log?: { readonly text: string; readonly begins: boolean };
}

/** What the server pushes to this page, over one connection, so that an idle page asks for nothing. */
export interface IFeed {
  readonly news: ISignal<IFeed, INews>;
  followFiles(paths: readonly string[]): void;
  followLog(follow: boolean): void;
}

export const IFeed = new Token<IFeed>('notebook-to-app:IFeed', 'What the server of the notebooks pushes about the app.');

class Feed implements IFeed {
  constructor(private readonly settings: ServerConnection.ISettings) {
    this.connect();
  }

  get news(): ISignal<IFeed, INews> {
    return this.signal;
  }

  followFiles(paths: readonly string[]): void {
    this.ask({ files: paths });
  }

  followLog(follow: boolean): void {
    this.ask({ log: follow });
  }

  /** What is asked for is kept, and asked again after a connection was lost. */
  private ask(wish: object): void {
    Object.assign(this.wishes, wish);
    if (this.socket?.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify(wish));
    }
  }

  private connect(): void {
    const { wsUrl, token, appendToken, WebSocket } = this.settings;
    const query = appendToken && token ? URLExt.objectToQueryString({ token }) : '';
    this.socket = new WebSocket(URLExt.join(wsUrl, 'notebook-to-app', 'feed') + query);
    this.socket.onopen = () => {
      this.retry = FIRST_RETRY_MILLISECONDS;
      for (const [name, wish] of Object.entries(this.wishes)) {
        this.socket?.send(JSON.stringify({ [name]: wish }));
      }
    };
    this.socket.onmessage = ({ data }) => this.signal.emit(JSON.parse(data as string) as INews);
    this.socket.onclose = () => {
      setTimeout(() => this.connect(), this.retry);
      this.retry = Math.min(2 * this.retry, LONGEST_RETRY_MILLISECONDS);
    };
  }

  private socket: WebSocket | null = null;
  private retry = FIRST_RETRY_MILLISECONDS;
  private readonly wishes: Record<string, unknown> = {};
  private readonly signal = new Signal<this, INews>(this);
}

export const feed: JupyterFrontEndPlugin<IFeed> = {
  id: 'notebook-to-app:feed',
  description: 'Gets what the server of the notebooks pushes about the app.',
  autoStart: true,
  provides: IFeed,
  activate: (app: JupyterFrontEnd) => new Feed(app.serviceManager.serverSettings)
};
