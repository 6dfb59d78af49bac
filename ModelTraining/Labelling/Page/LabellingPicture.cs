using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Labelling.Page;

/// <summary>A picture of the folder and how far it is.</summary>
/// <param name="file">Picture and labels.</param>
/// <param name="name">Below the folder, with '/' on every system.</param>
internal sealed class LabellingPicture(LabelledFile file, string name)
{
    public LabelledFile File { get; } = file;

    public string Name { get; } = name;

    public PictureState State { get; private set; }

    /// <summary>How unsure the model is that drew it, 0 to 1; null: not known, or no model drew it.</summary>
    public double? Doubt { get; private set; }

    public LabelNote? Note { get; private set; }

    /// <summary>Why it cannot be used.</summary>
    public string? Fault { get; private set; }

    /// <summary>As the files are.</summary>
    public void Look()
    {
        try
        {
            Note = File.Note();
            Doubt = Note?.Doubt;
            State = Note switch
            {
                { IsAccepted: true } => PictureState.Accepted,
                { IsUntouched: true } => PictureState.Drafted,
                not null => PictureState.Edited,
                null => File.Exists ? PictureState.Labelled : PictureState.Waiting,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(e.Message);
        }
    }

    public void Take(Draft draft)
    {
        (Doubt, Fault) = (draft.Doubt, null);
        State = State is PictureState.Waiting or PictureState.Unusable ? PictureState.Drafted : State;
    }

    public void Take(LabelDocument document)
    {
        (Note, Fault) = (document.Note, null);
        State = document.Unsaved is not null ? PictureState.Unsaved
            : document.Note.IsAccepted ? PictureState.Accepted
            : document.Note.Author.Length > 0 ? PictureState.Edited
            : File.Exists && document.Note.Model is null ? PictureState.Labelled
            : PictureState.Drafted;
    }

    public void Fail(string fault) => (State, Fault) = (PictureState.Unusable, fault);
}
