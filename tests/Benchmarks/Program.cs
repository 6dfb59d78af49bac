using LeafSeg.Benchmarks;
using LeafSeg.Benchmarks.Tracking;
using LeafSeg.ModelTraining.Native;

NativeTuning.Apply();

// Run by hand on a quiet machine: dotnet run -c Release --project tests/Benchmarks -- NAME
switch (args)
{
    case ["training-step", ..]:
        TrainingStepBesideTorchvision.Run(args[1..]);
        return 0;
    case ["inference", ..]:
        InferenceBesideTorchvision.Run(args[1..]);
        return 0;
    case ["training-profile", ..]:
        TrainingProfile.Run(args[1..]);
        return 0;
    case ["memory", ..]:
        TrainingMemory.Run(args[1..]);
        return 0;
    case ["loading", ..]:
        LoadingSpeed.Run(args[1..]);
        return 0;
    case ["coco", ..]:
        CocoOpening.Run(args[1..]);
        return 0;
    case ["ablation", ..]:
        return Ablation.Run(args[1..]);
    case ["capture", ..]:
        await AgentCapture.RunAsync(args[1..]);
        return 0;
    case ["outbox", ..]:
        OutboxSpeed.Run(args[1..]);
        return 0;
    case ["ingest", ..]:
        await IngestSpeed.RunAsync(args[1..]);
        return 0;
    case ["rest", ..]:
        await AgentAtRest.RunAsync(args[1..]);
        return 0;
    case ["tray", ..]:
        Tray.Run(args[1..]);
        return 0;
    case ["tray-side", ..]:
        Tray.RunSide(args[1..]);
        return 0;
    case ["real", ..]:
        return RealPictures.Run(args[1..]);
    case ["doubt", ..]:
        return DoubtOrder.Run(args[1..]);
    case ["update", ..]:
        await UpdateCost.RunAsync(args[1..]);
        return 0;
    case ["tracking", ..]:
        return TrackingScores.Run(args[1..]);
    case ["tracking-fit", ..]:
        return TrackingFit.Run(args[1..]);
    case ["label", ..]:
        await LabelPageSpeed.RunAsync(args[1..]);
        return 0;
    default:
        Console.Error.WriteLine(
            """
            usage: dotnet run -c Release --project tests/Benchmarks -- NAME

              training-step [RoIs] [steps]          a step of R50-FPN at 512 px beside torchvision's, step by step in turn
              inference [pictures]                  R50-FPN at 512 px: our ONNX files, float32 and int8, beside torchvision, picture by picture in turn
              training-profile [backbone] [size]    where the time of a step goes
              memory [steps]                        resident memory over many steps of a tiny network
              loading [pictures] [DATA] [size]      rendering, reading and varying pictures, each a second; those of DATA instead of rendered ones
              coco [annotations]                    opening a COCO file, 100,000 annotations without a number: time and highest memory
              ablation CHECKPOINT DATA VALIDATION STEPS OUT [rate]
                                                    from one checkpoint: SGD at a rate, at a tenth of it, Adagrad, AdamW
              capture MODEL [captures]              the agent from the edge to the recorded result, less the model
              outbox [results]                      results a second through the outbox
              ingest DATABASE HOST:PORT [captures]  captures a second into an empty PostgreSQL database (Npgsql's connection string): row by row, from
                                                    memory, and from a mosquitto (max_queued_messages 0) that holds them
              tray OLDER NEWER [rounds] [picture]   20 pots of 2592 x 1944 by two models in turn, time and memory; plants are rendered
                                                    unless a picture is given
              real FOLDER MODEL...                  scores on labelled sets, one in each folder of FOLDER: the table of a model's README
              doubt SET MODEL [GROUP]               whether the model's doubt finds the pictures of a labelled set that need correcting; with GROUP its
                                                    pictures are time lapses of the plants that this takes from their names
              rest MODEL [seconds]                  the agent from start to ready, and what it takes while nothing happens
              update MODEL                          a switch of models, a check that finds nothing, a download, a proof
              tracking FOLDER [MODEL|-] [GROUP]     leaves through time lapses: LeafSeg, plain IoU, ByteTrack's rules
              label MODEL                           the label page in Chromium: first picture of 1,000, wheel to frame at 24 megapixels and
                                                    400 leaves, a stroke until it is saved, memory
              tracking-fit FOLDER MINUTES [MODEL]   fits the tracker's weights to rendered time lapses

            training-step and inference need Debian's python3-torchvision (apt-get install python3-torchvision libopenblas0:
            with the reference BLAS that it takes otherwise, its matrix products take fifty times as long).
            """);
        return 2;
}
