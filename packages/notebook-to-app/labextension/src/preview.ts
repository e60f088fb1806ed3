import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, IFrame, MainAreaWidget, Toolbar, ToolbarButton, WidgetTracker } from '@jupyterlab/apputils';
import { launchIcon, refreshIcon } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';

import { addressOf, IAppStatus, isPage, type IStatus } from './appStatus';

const COMMAND = 'notebook-to-app:preview';
/** What orchestrators ask, and nobody wants to look at. */
const PROBES = ['/livez', '/readyz', '/healthz'];

/** The path to begin with: the app's start page, or else one that it has. */
function firstPath(status: IStatus | null): string {
  const pages = (status?.routes ?? []).filter(isPage).map(route => route.rule);
  return pages.includes('/') ? '/' : (pages.find(rule => !PROBES.includes(rule)) ?? '/');
}

/** The field for the path, with the app's pages to choose from. */
class PathField extends Widget {
  constructor(go: () => void) {
    super();
    this.addClass('nta-Path');
    this.input.setAttribute('list', this.pages.id);
    this.input.setAttribute('aria-label', 'Path of the app');
    this.input.addEventListener('change', go);
    this.node.append(this.input, this.pages);
  }

  set status(status: IStatus) {
    const options = status.routes.filter(isPage).map(route => new Option(route.rule, route.rule));
    this.pages.replaceChildren(...options);
  }

  readonly input = document.createElement('input');
  private readonly pages = Object.assign(document.createElement('datalist'), { id: 'nta-pages' });
}

/** A page of the app, which is loaded anew whenever a save is live or broken. */
class Preview extends MainAreaWidget<IFrame> {
  constructor(private readonly status: IAppStatus) {
    // Of another origin than JupyterLab: the app's scripts reach nothing of it, nor may they navigate it away.
    // The toolbar is one that hides nothing when it is narrow: the path takes the room that there is.
    super({
      toolbar: new Toolbar(),
      content: new IFrame({
        sandbox: ['allow-scripts', 'allow-same-origin', 'allow-forms', 'allow-popups', 'allow-modals', 'allow-downloads']
      })
    });
    this.id = 'notebook-to-app-preview';
    this.title.label = 'App';
    this.title.closable = true;
    this.toolbar.addItem('reload', new ToolbarButton({ icon: refreshIcon, tooltip: 'Reload', onClick: () => this.load() }));
    this.toolbar.addItem('path', this.field);
    this.toolbar.addItem('open', new ToolbarButton({ icon: launchIcon, tooltip: 'Open in a tab of the browser', onClick: () => this.open() }));
    status.changed.connect(this.follow, this);
    if (status.current) {
      this.follow(status, status.current);
    }
  }

  private follow(_: IAppStatus, status: IStatus): void {
    this.field.status = status;
    if (status.state === 'loading' || status.state === 'stopped') {
      return;
    }
    this.field.input.value ||= firstPath(status);
    this.load();
  }

  private get address(): string | null {
    const path = this.field.input.value;
    return this.status.current && addressOf(path.startsWith('/') ? path : `/${path}`, this.status.current);
  }

  private load(): void {
    // Chromium ignores a navigation to the page that it still loads, which may come from code before the save.
    this.content.url = 'about:blank';
    this.content.url = this.address ?? '';
  }

  private open(): void {
    if (this.address) {
      window.open(this.address, '_blank', 'noopener');
    }
  }

  private readonly field = new PathField(() => this.load());
}

export const preview: JupyterFrontEndPlugin<void> = {
  id: 'notebook-to-app:preview',
  description: 'Shows the app beside the notebook.',
  autoStart: true,
  requires: [IAppStatus],
  optional: [ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    status: IAppStatus,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ) => {
    const tracker = new WidgetTracker<Preview>({ namespace: 'notebook-to-app-preview' });
    app.commands.addCommand(COMMAND, {
      label: 'Preview the App',
      caption: 'Show the app beside the notebook, and reload it at each save',
      icon: launchIcon,
      execute: async () => {
        let widget = tracker.currentWidget;
        if (!widget) {
          widget = new Preview(status);
          await tracker.add(widget);
          app.shell.add(widget, 'main', { mode: 'split-right' });
        }
        app.shell.activateById(widget.id);
      }
    });
    palette?.addItem({ command: COMMAND, category: 'App' });
    void restorer?.restore(tracker, { command: COMMAND, name: () => 'app' });
  }
};
