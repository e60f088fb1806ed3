import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, InputDialog, showErrorMessage } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';
import type { KernelMessage, ServerConnection } from '@jupyterlab/services';
import { checkIcon, downloadIcon, fileUploadIcon, type LabIcon } from '@jupyterlab/ui-components';

import { getJson } from './request';

/** The modules of the app, each with what it defines. */
type Names = Record<string, string[]>;

const BRING = /^%%bring\s+(\S+)/;

/** Write the active cell into a module of the app. A cell that names one already goes there. */
async function bring(panel: NotebookPanel, settings: ServerConnection.ISettings): Promise<void> {
  const cell = panel.content.activeCell;
  if (!cell) {
    return;
  }
  const source = cell.model.sharedModel.getSource();
  if (!BRING.test(source)) {
    const module = await ask('Bring into which module?', 'Bring', Object.keys(await names(settings)));
    if (!module || cell.isDisposed) {
      return;
    }
    cell.model.sharedModel.setSource(`%%bring ${module}\n\n${source}`);
  }
  await NotebookActions.run(panel.content, panel.sessionContext);
}

/** Put what the app has into a new cell below, to be edited and brought. */
async function take(panel: NotebookPanel, settings: ServerConnection.ISettings): Promise<void> {
  const modules = Object.entries(await names(settings));
  const choices = modules.flatMap(([module, defined]) => [module, ...defined.map(name => `${module}.${name}`)]);
  const name = await ask('Take what of the app?', 'Take', choices);
  const kernel = panel.sessionContext.session?.kernel;
  if (!name || !kernel) {
    return;
  }
  const { content } = await kernel.requestExecute({ code: `%take ${name}`, store_history: false }).done;
  if (content.status === 'error') {
    await showErrorMessage('Nothing was taken', content.evalue);
  } else if (content.status === 'ok') {
    writeBelow(panel, nextInput(content));
  }
}

/** Run the tests of the module that the active cell is brought into, or else all of them. */
async function test(panel: NotebookPanel): Promise<void> {
  const module = panel.content.activeCell?.model.sharedModel.getSource().match(BRING)?.[1] ?? '';
  writeBelow(panel, `%test ${module}`.trim());
  await NotebookActions.run(panel.content, panel.sessionContext);
}

/** Make a cell below the active one, or choose the one that has this text already. */
function writeBelow(panel: NotebookPanel, text: string): void {
  const notebook = panel.content;
  const below = notebook.widgets[notebook.activeCellIndex + 1];
  if (below?.model.sharedModel.getSource() === text) {
    notebook.activeCellIndex += 1;
  } else {
    NotebookActions.insertBelow(notebook);
    notebook.activeCell?.model.sharedModel.setSource(text);
  }
}

/** What the kernel asks to be put into the next cell. */
function nextInput(reply: KernelMessage.IExecuteReply): string {
  const payload = reply.payload?.find(({ source }) => source === 'set_next_input');
  return String(payload?.text ?? '');
}

/** Ask for a name, and complete it. */
async function ask(title: string, okLabel: string, items: string[]): Promise<string | null> {
  const { button, value } = await InputDialog.getItem({
    title,
    okLabel,
    items: ['', ...items], // it begins with the first: with none
    editable: true,
    placeholder: 'functions.text'
  });
  return button.accept ? (value?.trim() ?? null) : null;
}

function names(settings: ServerConnection.ISettings): Promise<Names> {
  return getJson<Names>(settings, 'names');
}

export const cells: JupyterFrontEndPlugin<void> = {
  id: 'notebook-to-app:cells',
  description: 'Brings cells into the app, takes its code into cells, and runs its tests.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette],
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker, palette: ICommandPalette | null) => {
    const settings = app.serviceManager.serverSettings;
    const add = (
      name: string,
      label: string,
      caption: string,
      icon: LabIcon,
      run: (panel: NotebookPanel) => Promise<void>
    ) => {
      const command = `notebook-to-app:${name}`;
      app.commands.addCommand(command, {
        label,
        caption,
        icon,
        isEnabled: () => tracker.activeCell?.model.type === 'code',
        execute: () => tracker.currentWidget && run(tracker.currentWidget)
      });
      palette?.addItem({ command, category: 'App' });
      tracker.activeCellChanged.connect(() => app.commands.notifyCommandChanged(command));
    };
    add('bring', 'Bring into the App…', 'Write this cell into a module of the app', fileUploadIcon, panel =>
      bring(panel, settings)
    );
    add('take', 'Take from the App…', 'Put code of the app into a cell below', downloadIcon, panel =>
      take(panel, settings)
    );
    add('test', 'Run Tests of the App', 'Run the tests of the module of this cell, or all', checkIcon, test);
  }
};
