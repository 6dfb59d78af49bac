using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Weights.PyTorch;

/// <summary>Values that tensors of a PyTorch file look at.</summary>
/// <param name="Type">Of each value.</param>
/// <param name="Key">Their name in the file.</param>
/// <param name="StoredCount">Values under that name.</param>
/// <param name="First">The first of them that belongs to this storage.</param>
/// <param name="Count">How many do: all, except where an old file shares a storage's parts.</param>
internal sealed record TorchStorage(ScalarType Type, string Key, long StoredCount, long First, long Count);

/// <summary>A tensor as a PyTorch file describes it: where in which storage its values lie. Checked to lie inside.</summary>
internal sealed record TorchView(TorchStorage Storage, long Offset, long[] Size, long[] Stride);
