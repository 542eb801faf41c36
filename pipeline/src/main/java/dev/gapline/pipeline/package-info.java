package dev.gapline.pipeline;
