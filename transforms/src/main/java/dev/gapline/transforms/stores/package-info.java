/** Where a run keeps its files: a folder of this machine, or a place in an object store. */
package dev.gapline.transforms.stores;
