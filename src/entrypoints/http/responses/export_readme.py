"""The text that explains an export to its user."""

README = """\
한국어 설명은 아래에 있습니다.

Voice2Face: your data
=====================

This archive holds what Voice2Face keeps of you.

  data.json     your account, sessions, consents, requests, results with what was measured of your voice, ratings,
                surveys, what counts for your quotas, mails that are waiting to be sent, and links of mails
                that you have not used
  schema.json   the form of data.json (JSON Schema), for programs
  recordings/   your recordings: recordings/<request>.flac
  faces/        the faces that were made: faces/<request>/<result>/
                voice…      the face that follows your voice
                condition…  the face of a made-up person of that age and gender
                .png is a picture, .mp4 a video, …-loop.webp a short animation;
                words on a picture or a video say that it is AI-generated

All times are UTC. Files that were erased while this archive was made are listed in data.json under missing_files.

Not in here: your password, which is kept only in a form that cannot be turned back; a hash of the network that you
last logged in from; counters of the queue; answers that are kept for a day so that a call can be repeated, which repeat
what is in data.json; log lines, for which you can ask the operator. What you have erased is gone.


Voice2Face: 내 데이터
=====================

이 압축 파일에는 Voice2Face가 보관하고 있는 이용자의 데이터가 들어 있습니다.

  data.json     계정, 로그인 세션, 동의 내역, 요청, 결과와 목소리 측정값, 별점, 설문 답변, 사용량, 발송 대기 중인 메일,
                아직 사용하지 않은 메일 링크
  schema.json   data.json의 형식(JSON Schema). 프로그램에서 사용합니다.
  recordings/   이용자의 녹음: recordings/<요청>.flac
  faces/        만들어진 얼굴: faces/<요청>/<결과>/
                voice…      목소리로 만든 얼굴
                condition…  나이와 성별이 같은 가상의 인물을 그린 얼굴
                .png는 초상화, .mp4는 영상, …-loop.webp는 짧은 애니메이션입니다.
                초상화나 영상에 적힌 글은 AI로 생성했다는 표시입니다.

모든 시각은 UTC입니다. 압축 파일을 만드는 동안 삭제된 파일은 data.json의 missing_files에 적혀 있습니다.

들어 있지 않은 것: 비밀번호(원래 값으로 되돌릴 수 없는 형태로만 보관합니다), 마지막으로 로그인한 네트워크의 해시값,
대기열 카운터, 같은 호출을 다시 보낼 수 있도록 하루 동안 보관하는 응답(내용은 data.json에도 있습니다),
로그(운영자에게 요청할 수 있습니다). 이용자가 이미 삭제한 데이터는 남아 있지 않습니다.
"""
