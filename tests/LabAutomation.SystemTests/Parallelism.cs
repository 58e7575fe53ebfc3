// These tests start processes and wait for them: two at a time leave the processors idle for much of it.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
