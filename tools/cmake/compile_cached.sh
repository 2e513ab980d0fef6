#!/bin/sh
# compile_cached.sh <source folder> <ccache> <compiler> <argument>...: runs the compiler through ccache.
# A precompiled header is looked up by the bytes of what it includes (depend mode) and never by preprocessed text: the text
# lacks the comments, GCC 12 compares the bytes, and reads a `#pragma once` header a second time when they differ.
CCACHE_BASEDIR=$1
CCACHE_NOHASHDIR=1
CCACHE_SLOPPINESS=pch_defines,time_macros
export CCACHE_BASEDIR CCACHE_NOHASHDIR CCACHE_SLOPPINESS
shift
case "$*" in
  *" -x c++-header "*)
    CCACHE_DEPEND=1
    # Apart from those that were kept before this was known.
    CCACHE_NAMESPACE=precompiled
    export CCACHE_DEPEND CCACHE_NAMESPACE
    ;;
esac
exec "$@"
