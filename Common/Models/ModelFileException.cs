using System.Diagnostics.CodeAnalysis;

namespace LeafSeg.Common.Models;

/// <summary>What is wrong with a model file: callers choose exit code and remedy by it.</summary>
public enum ModelFault
{
    /// <summary>There is no such file, or it cannot be read.</summary>
    Missing,

    /// <summary>Empty, cut off, or not an ONNX model that the runtime here understands.</summary>
    NotAModel,

    /// <summary>An ONNX model whose metadata lacks a key or holds a value that cannot be read.</summary>
    Metadata,

    /// <summary>A contract version that this program does not know.</summary>
    ContractVersion,

    /// <summary>Inputs or outputs that are not those of the contract.</summary>
    Shape,

    /// <summary>The model opens, but does not run, or its answer breaks the contract.</summary>
    Answer,

    /// <summary>The model runs, and does not see on this machine what it saw where it was exported.</summary>
    Unproven,
}

/// <summary>A model file that cannot be used; the message states what was found, what was expected and what to do.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Without its fault the exception cannot be answered.")]
public sealed class ModelFileException : Exception
{
    /// <summary>What was found, what was expected, what to do.</summary>
    public ModelFileException(ModelFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>What is wrong, for programs.</summary>
    public ModelFault Fault { get; }
}
