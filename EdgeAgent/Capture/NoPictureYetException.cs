using System.Diagnostics.CodeAnalysis;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>There is no new picture at this moment, and nothing is wrong with that: the trigger requested nothing.</summary>
[SuppressMessage("Design", "CA1032", Justification = "It says all that there is to say.")]
internal sealed class NoPictureYetException() : Exception("there is no new picture yet");
