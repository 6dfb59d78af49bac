#:package Microsoft.ML.OnnxRuntime@1.31.1
#:property PublishAot=false
// Runs ONNX models without inputs and prints their outputs. Arguments: MODEL or MODEL,KEY=VALUE (a session option).
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

foreach (string argument in args)
{
    string[] parts = argument.Split(',');
    using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
    foreach (string[] entry in parts.Skip(1).Select(part => part.Split('=')))
    {
        options.AddSessionConfigEntry(entry[0], entry[1]);
    }

    try
    {
        using var session = new InferenceSession(parts[0], options);
        using var results = session.Run([]);
        Console.WriteLine(string.Join(" | ", results.Select(Text)));
    }
    catch (OnnxRuntimeException e)
    {
        Console.WriteLine("error: " + e.Message.Split('\n')[0]);
    }
}

static string Text(DisposableNamedOnnxValue value) => value.ElementType switch
{
    TensorElementType.Float => string.Join(' ', value.AsTensor<float>()),
    TensorElementType.Int64 => string.Join(' ', value.AsTensor<long>()),
    TensorElementType.UInt8 => string.Join(' ', value.AsTensor<byte>()),
    TensorElementType.Int8 => string.Join(' ', value.AsTensor<sbyte>()),
    _ => value.ElementType.ToString(),
};
