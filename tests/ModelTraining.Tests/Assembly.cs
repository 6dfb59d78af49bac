// One test at a time: each uses all cores through OpenMP, and initial weights come from one random generator.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
