using System.Diagnostics.CodeAnalysis;

namespace LeafSeg.Common.Segmentation;

/// <summary>A requested accelerator that cannot be used; the message states why.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Thrown and caught in this folder only.")]
[SuppressMessage("Design", "CA1064", Justification = "Thrown and caught in this folder only.")]
internal sealed class AcceleratorRefusedException(string message) : Exception(message);
