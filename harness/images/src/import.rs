//! A tar as an image of ours, without a registry.

use std::path::Path;

use bollard::query_parameters::CreateImageOptions;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use relapse_engine::in_full;
use tokio::io::AsyncReadExt;

use crate::images::Images;
use crate::mark::{IMAGE, TAG};

/// Imports a file under that tag. An error is in words.
pub(crate) async fn import(images: &Images, image: &str, file: &Path) -> Result<(), String> {
    const PIECE: usize = 256 * 1024;
    let file = tokio::fs::File::open(file).await.map_err(|error| format!("{}: {error}", file.display()))?;
    let body = stream::try_unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(piece), file)))
    });
    let (repository, tag) = image.rsplit_once(':').unwrap_or((image, "latest"));
    let options = CreateImageOptions {
        from_src: Some("-".into()),
        repo: Some(repository.into()),
        tag: Some(tag.into()),
        message: Some("made from Debian's packages by relapse".into()),
        changes: vec![r#"CMD ["bash"]"#.into(), format!("LABEL {IMAGE}=1"), format!("LABEL {TAG}={image}")],
        ..Default::default()
    };
    let mut said = images.engine.create_image(Some(options), Some(bollard::body_try_stream(body.into_stream())), None);
    while let Some(event) = said.next().await {
        event.map_err(|error| format!("the Docker engine did not import it: {}", in_full(&error)))?;
    }
    Ok(())
}
