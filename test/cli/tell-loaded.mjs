import { register } from 'node:module';

// `node --import ./tell-loaded.mjs …`: writes the address of every module that is loaded into the file LOADED_MODULES.
register('./tell-loaded-hook.mjs', import.meta.url);
