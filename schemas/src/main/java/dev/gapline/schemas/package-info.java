package dev.gapline.schemas;
