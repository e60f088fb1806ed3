import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar, type Popup, showPopup, TextItem } from '@jupyterlab/statusbar';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { addressOf, IAppStatus, isPage, type IRoute, type IStatus } from './appStatus';
import { LOG_COMMAND } from './log';

/** The app's state in a few words. */
function summary(status: IStatus): string {
  const took = status.state === 'live' && status.seconds !== null ? ` in ${Math.round(status.seconds * 1000)} ms` : '';
  return `App: ${status.state}${took}`;
}

/** The state in the status bar; a click shows the rest. */
class StatusItem extends ReactWidget {
  constructor(
    private readonly status: IAppStatus,
    private readonly showLog: () => void
  ) {
    super();
    this.addClass('jp-mod-highlighted');
    this.addClass('nta-StatusItem');
  }

  protected override render(): React.ReactElement {
    return (
      <UseSignal signal={this.status.changed}>
        {() => {
          const status = this.status.current;
          return status ? (
            <TextItem
              className={`nta-State nta-mod-${status.state.replace(' ', '-')}`}
              source={summary(status)}
              title="The app: click for its routes, its log, and why it is broken"
              role="button"
              tabIndex={0}
              onClick={() => this.toggle()}
              onKeyDown={event => event.key === 'Enter' && this.toggle()}
            />
          ) : null;
        }}
      </UseSignal>
    );
  }

  private toggle(): void {
    if (this.popup && !this.popup.isDisposed) {
      this.popup.dispose();
      return;
    }
    const body = ReactWidget.create(
      <UseSignal signal={this.status.changed}>
        {() => (this.status.current ? <Details status={this.status.current} showLog={() => this.leaveFor(this.showLog)} /> : null)}
      </UseSignal>
    );
    body.addClass('nta-Details');
    this.popup = showPopup({ body, anchor: this, align: 'left', hasDynamicSize: true });
  }

  private leaveFor(go: () => void): void {
    this.popup?.dispose();
    go();
  }

  private popup: Popup | null = null;
}

function Details({ status, showLog }: { status: IStatus; showLog: () => void }): React.ReactElement {
  const saved = status.changed.length > 0 ? ` by a save of ${status.changed.join(', ')}` : '';
  return (
    <>
      <h3 className={`nta-State nta-mod-${status.state.replace(' ', '-')}`}>
        {summary(status)}
        {saved}
        <button className="jp-mod-styled" onClick={showLog}>
          Log
        </button>
      </h3>
      {status.state === 'stopped' && <p>Start it by: docker compose up --detach {status.service}</p>}
      {status.error && <pre>{status.error}</pre>}
      {status.routes.length > 0 && (
        <table>
          <tbody>
            {status.routes.map(route => (
              <Route key={route.methods.join() + route.rule} route={route} status={status} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Route({ route, status }: { route: IRoute; status: IStatus }): React.ReactElement {
  return (
    <tr>
      <td>{route.methods.join(' ')}</td>
      <td>
        {isPage(route) ? (
          <a href={addressOf(route.rule, status)} target="_blank" rel="noopener">
            {route.rule}
          </a>
        ) : (
          route.rule
        )}
      </td>
      <td>{route.endpoint}</td>
    </tr>
  );
}

export const statusBar: JupyterFrontEndPlugin<void> = {
  id: 'notebook-to-app:status-bar',
  description: 'Shows the state of the app in the status bar.',
  autoStart: true,
  requires: [IStatusBar, IAppStatus],
  activate: (app: JupyterFrontEnd, bar: IStatusBar, status: IAppStatus) => {
    bar.registerStatusItem('notebook-to-app:status', {
      item: new StatusItem(status, () => void app.commands.execute(LOG_COMMAND)),
      align: 'left',
      rank: 100
    });
  }
};
