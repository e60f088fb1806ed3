import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, ISanitizer, MainAreaWidget, Toolbar, ToolbarButton, WidgetTracker } from '@jupyterlab/apputils';
import { renderText } from '@jupyterlab/rendermime';
import { clearIcon, listIcon } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { IFeed, type INews } from './feed';

export const LOG_COMMAND = 'notebook-to-app:log';
const MOST_BLOCKS = 2000;
/** Within so many pixels of the end, one follows it. */
const NEAR_THE_END = 30;

/** Lines as they come, with their colours and links; of many, the newest. */
class Lines extends Widget {
  constructor(
    private readonly feed: IFeed,
    private readonly sanitizer: ISanitizer
  ) {
    super();
    this.addClass('nta-Log');
    this.addClass('jp-RenderedText');
    this.node.tabIndex = 0;
    feed.news.connect(this.add, this);
  }

  protected override onAfterAttach(message: Message): void {
    this.onAfterShow(message);
  }

  /** Shown again, it gets the log from its beginning. */
  protected override onAfterShow(_: Message): void {
    if (this.isVisible) {
      this.feed.followLog(true);
    }
  }

  protected override onAfterHide(_: Message): void {
    this.feed.followLog(false);
  }

  protected override onBeforeDetach(message: Message): void {
    this.onAfterHide(message);
  }

  private add(_: IFeed, { log }: INews): void {
    if (!log) {
      return;
    }
    const { node } = this;
    const follows = log.begins || node.scrollHeight - node.scrollTop - node.clientHeight < NEAR_THE_END;
    const block = document.createElement('div');
    node.replaceChildren(...(log.begins ? [] : [...node.children].slice(-MOST_BLOCKS)), block);
    void renderText({ host: block, source: log.text, sanitizer: this.sanitizer }).then(() => {
      if (follows) {
        node.scrollTop = node.scrollHeight;
      }
    });
  }
}

function panel(feed: IFeed, sanitizer: ISanitizer): MainAreaWidget<Lines> {
  const content = new Lines(feed, sanitizer);
  const toolbar = new Toolbar();
  const onClick = () => content.node.replaceChildren();
  toolbar.addItem('clear', new ToolbarButton({ icon: clearIcon, tooltip: 'Clear', onClick }));
  const widget = new MainAreaWidget({ content, toolbar });
  widget.id = 'notebook-to-app-log';
  widget.title.label = 'Log of the App';
  widget.title.icon = listIcon;
  widget.title.closable = true;
  return widget;
}

export const log: JupyterFrontEndPlugin<void> = {
  id: 'notebook-to-app:log',
  description: 'Shows what the app prints.',
  autoStart: true,
  requires: [IFeed, ISanitizer],
  optional: [ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    feed: IFeed,
    sanitizer: ISanitizer,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ) => {
    const tracker = new WidgetTracker<MainAreaWidget<Lines>>({ namespace: 'notebook-to-app-log' });
    app.commands.addCommand(LOG_COMMAND, {
      label: 'Log of the App',
      caption: 'Show what the app prints, as it prints it',
      icon: listIcon,
      execute: async () => {
        let widget = tracker.currentWidget;
        if (!widget) {
          widget = panel(feed, sanitizer);
          await tracker.add(widget);
          app.shell.add(widget, 'main', { mode: 'split-bottom' });
        }
        app.shell.activateById(widget.id);
      }
    });
    palette?.addItem({ command: LOG_COMMAND, category: 'App' });
    void restorer?.restore(tracker, { command: LOG_COMMAND, name: () => 'log' });
  }
};
